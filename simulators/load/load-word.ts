/** Holding registers of a load device. */
export const REGISTERS = 10_000;
/** Modbus application protocol V1.1b3 §6.3. */
export const LONGEST_READ = 125;

/** What a register holds in a second: 400 to 600, another number each second, and hardly ever that of a neighbour. */
export const loadWord = (device: number, register: number, second: number): number =>
  400 + ((device * 31 + register * 7 + second) % 201);
