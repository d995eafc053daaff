import type { PointKind } from '#agent/model/point.ts';

/** Which control system shows the tag: the DCS (over OPC UA) or the tank-farm PLC (over Modbus). */
export type System = 'dcs' | 'plc';

/** What a reader of one piece of equipment can show. `Of` is the state that it is read from. */
export interface TagOf<Of> {
  /** Point id as the site knows it, `T-1101.temperature`. */
  readonly point: string;
  /** ISA-5.1 tag, `TI-1101`. */
  readonly tag: string;
  readonly zh: string;
  readonly en: string;
  readonly kind: PointKind;
  readonly unit: string;
  /** Instrument range; a state has none. */
  readonly range?: readonly [low: number, high: number];
  /** Standard deviation of the transmitter's noise, in the tag's unit. */
  readonly noise?: number;
  readonly read: (of: Of) => number | boolean;
}

/** A switch, limit switch or run contact. */
export const contact = <Of>(
  point: string,
  tag: string,
  names: readonly [zh: string, en: string],
  read: (of: Of) => boolean,
): TagOf<Of> => ({ point, tag, zh: names[0], en: names[1], kind: 'state', unit: '', read });
