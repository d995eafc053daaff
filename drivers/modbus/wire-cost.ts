import type { TransportOptions } from './schema.ts';

/** What reading costs, in milliseconds of the wire and the device. Only the proportion matters to the planner. */
export interface WireCost {
  /** A request and the frame around its reply, without data. */
  readonly requestMs: number;
  /** One register of two bytes. */
  readonly registerMs: number;
}

/** Request of 8 bytes, reply's frame of 5, and twice the silence of 3.5 characters. */
const RTU_FRAME_CHARACTERS = 8 + 5 + 2 * 3.5;
/** Typical time that a device takes to answer, before anything is measured. */
const DEVICE_MS = 20;
const NETWORK_REQUEST_MS = 5;
const NETWORK_REGISTER_MS = 0.02;

/** One character on the line with start, data, parity and stop bits. */
export function characterMs(baudRate: number, bits: number): number {
  return (bits * 1000) / baudRate;
}

export function wireCost(transport: TransportOptions): WireCost {
  if (transport.kind === 'tcp') return { requestMs: NETWORK_REQUEST_MS, registerMs: NETWORK_REGISTER_MS };
  const character = characterMs(transport.baudRate, 10);
  return { requestMs: RTU_FRAME_CHARACTERS * character + transport.turnaround + DEVICE_MS, registerMs: 2 * character };
}
