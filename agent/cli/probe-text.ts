import { interpretations, type Interpretation } from '#drivers/modbus/probe/interpret.ts';
import type { RangeReading } from '#drivers/modbus/probe/prober.ts';
import { addressText, type Proposal, type RegisterRun } from '#drivers/modbus/probe/propose.ts';
import { isBitArea, type Area } from '#drivers/modbus/value-type.ts';

const MOST_PROPOSALS = 5;

/** The registers of a range, each in its notations and under every type and order that begins there. */
export function rangeLines({ runs, refused }: RangeReading, area: Area): string[] {
  const read = runs.flatMap((run) => (isBitArea(area) ? bitLines(run) : registerLines(run)));
  const not = refused.map(({ start, count, why }) => `${hex(start)}–${hex(start + count - 1)}  not read: ${why}`);
  return read.length + not.length > 0 ? [...read, ...not] : ['nothing was read'];
}

function registerLines({ area, start, bytes }: RegisterRun): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 2) {
    const register = start + at / 2;
    const raw = Buffer.from(bytes.subarray(at, at + 2))
      .toString('hex')
      .toUpperCase();
    lines.push(`${hex(register)} #${register + 1} ${modicon(area, register)}  ${raw}  ${textOf(bytes, at)}`);
    for (const [type, values] of byType(interpretations(bytes, at)))
      lines.push(`    ${type.padEnd(11)} ${values.join('   ')}`);
  }
  return lines;
}

function bitLines({ area, start, bytes }: RegisterRun): string[] {
  return Array.from({ length: bytes.length * 8 }, (_, at) => {
    const isOn = ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1;
    return `${hex(start + at)} #${start + at + 1} ${modicon(area, start + at)}  ${isOn}`;
  });
}

function byType(all: readonly Interpretation[]): Map<string, string[]> {
  const grouped = new Map<string, string[]>();
  for (const { type, order, value } of all) {
    const words = `${order ?? ''} ${Number.isInteger(value) ? value : value.toPrecision(7)}`.trim();
    grouped.set(type, [...(grouped.get(type) ?? []), words]);
  }
  return grouped;
}

const textOf = (bytes: Uint8Array, at: number): string =>
  JSON.stringify(
    Buffer.from(bytes.subarray(at, at + 2))
      .toString('latin1')
      .replaceAll(/[^\x20-\x7e]/g, '.'),
  );

/** The registers that hold a reading, as lines for a site file. */
export function proposalLines(proposals: readonly Proposal[], reading: string, unit: number): string[] {
  if (proposals.length === 0)
    return [
      `no register of this range holds ${reading} under any type, order and usual scale`,
      'read more registers (--from, --count), allow more difference (--tolerance), or read at the same moment as the instrument',
    ];
  const shown = proposals.slice(0, MOST_PROPOSALS).flatMap((proposal) => {
    const { value, factor } = proposal;
    return [
      `# raw ${value}${factor === 1 ? '' : ` × ${factor}`} = ${Number((value * factor).toPrecision(7))}`,
      proposalPoint(proposal, unit, 'SOURCE'),
    ];
  });
  const more = proposals.length - MOST_PROPOSALS;
  const hint = more > 0 ? [`# and ${more} less likely; let the process change and probe again to tell them apart`] : [];
  return [...shown, ...hint];
}

/** As an entry of `points`, but for its name and kind. */
export function proposalPoint(proposal: Proposal, unit: number, source: string): string {
  const { factor } = proposal;
  return [
    '  - id: NAME',
    `    source: ${source}`,
    `    address: "${addressText(proposal, unit)}"`,
    ...(factor === 1 ? [] : [`    scale: { factor: ${factor}, offset: 0 }`]),
  ].join('\n');
}

const hex = (register: number): string => `0x${register.toString(16).toUpperCase().padStart(4, '0')}`;

const tableDigit: Readonly<Record<Area, number>> = { coil: 0, discrete: 1, input: 3, holding: 4 };
const modicon = (area: Area, register: number): string =>
  `${tableDigit[area]}${String(register + 1).padStart(register < 9999 ? 4 : 5, '0')}`;
