/** A frame of HJ 212: `##`, length of the data in four digits, data, CRC in four hexadecimal digits, CR LF. */
export interface Hj212Frame {
  /** `QN`, `ST`, `CN`, `PW`, `MN`, `Flag` and whatever else stands before the command's parameters. */
  readonly head: ReadonlyMap<string, string>;
  /** What stands between `CP=&&` and `&&`. */
  readonly parameters: string;
}

/** Data segment at most, HJ 212-2017 section 6.3. */
export const DATA_BYTES_MAX = 1024;
const LENGTH_DIGITS = 4;
const CRC_DIGITS = 4;
const START = '##';
/** Longer than any frame: what has no end by then is noise. */
const PENDING_MAX = 4 * DATA_BYTES_MAX;

/** CRC of HJ 212-2017 annex A: not that of Modbus, for the byte goes into the low half of the shifted register. */
export function hj212Crc(data: string): string {
  let crc = 0xff_ff;
  for (const byte of Buffer.from(data, 'latin1')) {
    crc = (crc >> 8) ^ byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa0_01 : crc >> 1;
  }
  return crc.toString(16).toUpperCase().padStart(CRC_DIGITS, '0');
}

/** The data is ASCII. */
export function hj212Frame(head: Readonly<Record<string, string>>, parameters: string): string {
  const fields = Object.entries(head).map(([name, value]) => `${name}=${value};`);
  const data = `${fields.join('')}CP=&&${parameters}&&`;
  return `${START}${String(data.length).padStart(LENGTH_DIGITS, '0')}${data}${hj212Crc(data)}\r\n`;
}

/** Takes bytes as they come; returns the whole frames. What is damaged is passed over: the sender repeats it. */
export function createFrameReader(): (bytes: Buffer) => Hj212Frame[] {
  let pending = '';
  return (bytes) => {
    pending += bytes.toString('latin1');
    const frames: Hj212Frame[] = [];
    for (;;) {
      const start = pending.indexOf(START);
      if (start === -1) {
        pending = pending.slice(-1);
        return frames;
      }
      pending = pending.slice(start);
      const length = Number(pending.slice(START.length, START.length + LENGTH_DIGITS));
      const end = START.length + LENGTH_DIGITS + length + CRC_DIGITS;
      if (Number.isNaN(length) || end > PENDING_MAX) {
        pending = pending.slice(START.length);
        continue;
      }
      if (pending.length < end) return frames;
      const data = pending.slice(START.length + LENGTH_DIGITS, end - CRC_DIGITS);
      const isSound = hj212Crc(data) === pending.slice(end - CRC_DIGITS, end).toUpperCase();
      pending = pending.slice(isSound ? end : START.length);
      if (isSound) frames.push(parse(data));
    }
  };
}

function parse(data: string): Hj212Frame {
  const [before = '', rest = ''] = data.split('CP=&&', 2);
  const fields = before.split(';').flatMap((field) => {
    const [name, value] = field.split('=', 2);
    return name && value !== undefined ? [[name, value] as const] : [];
  });
  return { head: new Map(fields), parameters: rest.replace(/&&$/, '') };
}
