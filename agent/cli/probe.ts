import { InvalidArgumentError, type Command } from 'commander';
import { parseDuration } from '#config/duration.ts';
import { isPlaceFault, parsePlace } from '#drivers/modbus/place.ts';
import { openProber, type FoundUnit, type Prober } from '#drivers/modbus/probe/prober.ts';
import { addressText, halfDigit, propose, type Proposal } from '#drivers/modbus/probe/propose.ts';
import { probeTarget } from './commissioning/probe-target.ts';
import { proposalLines, rangeLines } from './probe-text.ts';

interface ProbeOptions {
  readonly unit: number;
  readonly from: { readonly area: 'coil' | 'discrete' | 'input' | 'holding'; readonly register: number };
  readonly count: number;
  readonly reading?: string;
  readonly tolerance?: number;
  readonly scanUnits?: readonly [number, number];
  readonly timeout: number;
  readonly gap: number;
  readonly maxRegisters: number;
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: number;
  readonly json?: true;
}

/** `firewatch probe modbus TARGET`: what a device holds, under every type and order. Exit 1 when nothing was found. */
export const command = (program: Command): void => {
  program
    .command('probe')
    .description('look into a device: what is there, as YAML ready to paste')
    .command('modbus')
    .description('read registers under every type and byte order; find units, and the registers that hold a reading')
    .argument('<target>', 'tcp://HOST:PORT, rtu-over-tcp://HOST:PORT, or a serial port such as /dev/ttyUSB0')
    .option('--unit <id>', 'unit id', integer(0, 255), 1)
    .option(
      '--from <place>',
      'first register: holding:0x10, holding:#17, modicon:40017, input:0, coil:0 …',
      place,
      place('holding:0'),
    )
    .option('--count <number>', 'registers or bits to read', integer(1, 65536), 20)
    .option('--reading <number>', 'what the instrument shows now, as shown (23.5): finds the registers that hold it')
    .option('--tolerance <number>', 'how far off the value may be; default half of the last digit shown', number)
    .option('--scan-units <first-last>', 'ask units 1-247 for their first register, and tell which answer', unitRange)
    .option('--timeout <duration>', 'longest wait for a reply', milliseconds, 1000)
    .option('--gap <duration>', 'silence between two requests', milliseconds, 50)
    .option('--max-registers <number>', 'most registers in one request', integer(1, 125), 50)
    .option('--baud <rate>', 'serial line: bits per second', integer(300, 4_000_000), 9600)
    .option('--parity <parity>', 'serial line: none, even or odd', 'none')
    .option('--stop-bits <number>', 'serial line: 1 or 2', integer(1, 2), 1)
    .option('--json', 'print one JSON object')
    .action(async (target: string, options: ProbeOptions) => {
      process.exitCode = (await probe(target, options)) ? 0 : 1;
    });
};

async function probe(target: string, options: ProbeOptions): Promise<boolean> {
  const { timeout, gap, maxRegisters } = options;
  let prober: Prober | undefined;
  try {
    prober = await openProber({
      transport: probeTarget(target, options),
      timeoutMs: timeout,
      gapMs: gap,
      maxRegisters,
    });
    return options.scanUnits ? await scanUnits(prober, options.scanUnits, options) : await readRange(prober, options);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return false;
  } finally {
    prober?.close();
  }
}

async function scanUnits(
  prober: Prober,
  [first, last]: readonly [number, number],
  options: ProbeOptions,
): Promise<boolean> {
  const found: FoundUnit[] = [];
  for await (const unit of prober.findUnits(first, last, options.from.area)) {
    found.push(unit);
    const says = [unit.vendor, unit.refusal && `refused the read: ${unit.refusal}`].filter((words) => words).join(', ');
    if (!options.json) console.log(`unit ${unit.unit}${says ? `  ${says}` : ''}`);
  }
  if (options.json) console.log(JSON.stringify({ units: found }, undefined, 2));
  else if (found.length === 0) console.log(`no unit from ${first} to ${last} answers`);
  return found.length > 0;
}

async function readRange(prober: Prober, options: ProbeOptions): Promise<boolean> {
  const { unit, from, count, reading } = options;
  const { runs, refused } = await prober.read({ unit, area: from.area, start: from.register, count });
  const tolerance = options.tolerance ?? halfDigit(reading ?? '');
  const proposals = reading === undefined ? [] : propose(runs, Number(reading), tolerance);
  const isFound = reading === undefined ? runs.length > 0 : proposals.length > 0;
  if (options.json) console.log(JSON.stringify(asJson(proposals, { runs, refused }, unit), undefined, 2));
  else if (reading === undefined) console.log(rangeLines({ runs, refused }, from.area).join('\n'));
  else console.log(proposalLines(proposals, reading, unit).join('\n'));
  return isFound;
}

function asJson(proposals: readonly Proposal[], reading: Awaited<ReturnType<Prober['read']>>, unit: number) {
  return {
    runs: reading.runs.map(({ area, start, bytes }) => ({ area, start, hex: Buffer.from(bytes).toString('hex') })),
    refused: reading.refused,
    proposals: proposals.map((proposal) => ({ ...proposal, address: addressText(proposal, unit) })),
  };
}

function integer(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${low} to ${high}.`);
  };
}

function number(text: string): number {
  if (text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  throw new InvalidArgumentError('Expected a number.');
}

function milliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Expected a duration such as 500ms or 2s.');
  return ms;
}

function place(text: string): ProbeOptions['from'] {
  const found = parsePlace(text);
  if (isPlaceFault(found)) throw new InvalidArgumentError(`${found.what}; ${found.why}; ${found.todo}`);
  return found;
}

function unitRange(text: string): readonly [number, number] {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const range = [Number(first), Number(last)] as const;
  if (range[0] <= range[1] && range[1] <= 255) return range;
  throw new InvalidArgumentError('Expected units such as 1-247.');
}
