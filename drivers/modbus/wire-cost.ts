import type { TransportOptions } from './schema.ts';

/** What reading costs, in milliseconds of the wire and the device. Only the proportion matters to the planner. */
export interface WireCost {
  /** A request and the frame around its reply, without data. */
  readonly requestMs: number;
  /** One register of two bytes. */
  readonly registerMs: number;
  /** Registers left free in the largest requests, so that a request can be widened to differ from another. */
  readonly spareRegisters: number;
}

/** Request of 8 bytes, reply's frame of 5, and twice the silence of 3.5 characters. */
const RTU_FRAME_CHARACTERS = 8 + 5 + 2 * 3.5;
/** Typical time that a device takes to answer, before anything is measured. */
const DEVICE_MS = 20;
/** With replies up to 3 s late and one reading a second, four shapes take turns. */
const RTU_SPARE_REGISTERS = 4;
const NETWORK_REQUEST_MS = 5;
const NETWORK_REGISTER_MS = 0.02;

/** One character on the line. Behind a network only the baud rate is known, and 8N1 is usual. */
export function lineCharacterMs(line: Exclude<TransportOptions, { kind: 'tcp' }>): number {
  const bits = line.kind === 'rtu' ? 1 + line.dataBits + (line.parity === 'none' ? 0 : 1) + line.stopBits : 10;
  return (bits * 1000) / line.baudRate;
}

export function wireCost(transport: TransportOptions): WireCost {
  if (transport.kind === 'tcp')
    return { requestMs: NETWORK_REQUEST_MS, registerMs: NETWORK_REGISTER_MS, spareRegisters: 0 };
  const characterMs = lineCharacterMs(transport);
  return {
    requestMs: RTU_FRAME_CHARACTERS * characterMs + transport.turnaround + DEVICE_MS,
    registerMs: 2 * characterMs,
    spareRegisters: RTU_SPARE_REGISTERS,
  };
}
