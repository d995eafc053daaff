import { FrameReader, judgeFrame } from '#drivers/tank-gauge/frame.ts';
import { FormatError } from '#drivers/tank-gauge/cursor.ts';
import { parseInventory } from '#drivers/tank-gauge/inventory.ts';
import { parseTankAlarms } from '#drivers/tank-gauge/tank-alarms.ts';
import { SentenceReader } from '#drivers/field-mill/sentence-reader.ts';
import { sentence } from '#simulators/lightning/sentence.ts';
import { alarmRecord, frame, inventoryRecord } from '#simulators/tank-gauge/report.ts';
import { tankAt } from '#simulators/tank-gauge/tank.ts';
import { anyMutation, mutate, random, type Mutation } from './mutation.ts';
import type { BenchResult } from './result.ts';

export interface FuzzFound {
  readonly tried: number;
  /** Intact ones, all of which must have been read. */
  readonly intact: number;
  /** Damaged, and refused or read as what was sent. */
  readonly caught: number;
  /** Damaged in several places such that the protocol's own sum still fits: nobody can tell from the frame alone. */
  readonly unprovable: number;
  /** Must stay empty: read though the sum does not fit, damaged in one place only, or intact and not read. */
  readonly falsified: readonly string[];
}

interface Tally {
  tried: number;
  intact: number;
  caught: number;
  unprovable: number;
  readonly falsified: string[];
}

const begin = (): Tally => ({ tried: 0, intact: 0, caught: 0, unprovable: 0, falsified: [] });

/** Damage in one place, which a sum over all characters always shows. */
const single: readonly Mutation[] = ['byte', 'insert', 'delete', 'cut'];

/** The sentence of a field mill under every mutation, in one stream, each followed by an intact one. */
export function fuzzSentences(count: number, seed: number): FuzzFound {
  const pick = random(seed);
  const reader = new SentenceReader();
  reader.read(Buffer.from('\r\n'));
  const tally = begin();
  for (; tally.tried < count; tally.tried += 1) {
    const field = (pick(4001) - 2000) / 100;
    const mutation = anyMutation(pick);
    const sent = Buffer.from(sentence(field, 0), 'latin1');
    const arrived = mutate(sent, mutation, pick);
    // A line end after it, so that what follows is a line of its own.
    const heard = reader.read(Buffer.concat([arrived, Buffer.from('\r\n')]));
    const values = heard.flatMap((one) => (one.kind === 'reading' ? [one.reading] : []));
    const wrong = values.filter((reading) => reading.field !== field || reading.fault !== 0);
    judge(tally, {
      mutation,
      wrong: wrong.length,
      right: values.length - wrong.length,
      text: arrived.toString('latin1'),
    });
    for (const reading of wrong)
      if (!saysSo(arrived, reading)) tally.falsified.push(`${JSON.stringify(arrived.toString('latin1'))} was read`);
  }
  return tally;
}

/** The sentence with the value that was read stands in the bytes, written by somebody else than the driver. */
function saysSo(bytes: Buffer, { field, fault }: { readonly field: number; readonly fault: number }): boolean {
  const written = sentence(field, fault).trim();
  const negativeZero = field === 0 && bytes.includes('$-00.00,');
  return negativeZero || bytes.includes(written);
}

const tanks = [tankAt(1, '1', 1450), tankAt(2, '2', 820), { ...tankAt(3, '3', 1990), alarms: [4, 11] }];

/** Both reports of a tank gauge under every mutation. */
export function fuzzGauge(count: number, seed: number): FuzzFound {
  const pick = random(seed);
  const reader = new FrameReader();
  const tally = begin();
  const reports = [
    {
      query: 'inventory',
      sent: frame('i20100', '2607011200', tanks.map(inventoryRecord).join('')),
      parse: parseInventory,
    },
    { query: 'alarms', sent: frame('i20500', '2607011200', tanks.map(alarmRecord).join('')), parse: parseTankAlarms },
  ] as const;
  for (; tally.tried < count; tally.tried += 1) {
    const report = reports[pick(2)] ?? reports[0];
    const sent = Buffer.from(report.sent, 'latin1');
    const mutation = anyMutation(pick);
    const arrived = mutate(sent, mutation, pick);
    reader.reset();
    const bodies = reader.read(arrived).flatMap((text) => {
      const answer = judgeFrame(text, report.query);
      return answer?.kind === 'data' ? [text] : [];
    });
    const whole = report.sent.slice(1, -1);
    const wrong = bodies.filter((text) => text !== whole);
    judge(tally, {
      mutation,
      wrong: wrong.length,
      right: bodies.length - wrong.length,
      text: arrived.toString('latin1'),
    });
    for (const text of wrong) {
      if (!sumFits(text)) tally.falsified.push(`${JSON.stringify(text)} was read`);
      parseAnyway(text.slice(16, -6), report.parse);
    }
    if (mutation === 'noise') parseAnyway(arrived.toString('latin1'), report.parse);
  }
  return tally;
}

/** What passes the sum by chance meets the record parsers, which may refuse it in one way only. */
function parseAnyway(body: string, parse: (body: string) => unknown): void {
  try {
    parse(body);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
}

/** Said as the manual says it: all from SOH on and the checksum as a number make 0 in 16 bits. */
function sumFits(text: string): boolean {
  const sum = Buffer.from(`\x01${text.slice(0, -4)}`, 'latin1').reduce((total, byte) => total + byte, 0);
  return (sum + Number.parseInt(text.slice(-4), 16)) % 0x1_0000 === 0;
}

interface Read {
  readonly mutation: Mutation;
  readonly wrong: number;
  readonly right: number;
  readonly text: string;
}

function judge(tally: Tally, { mutation, wrong, right, text }: Read): void {
  if (mutation === 'none') {
    tally.intact += 1;
    if (right !== 1 || wrong !== 0) tally.falsified.push(`${JSON.stringify(text)} is intact and was not read`);
  } else if (wrong === 0) tally.caught += 1;
  else if (single.includes(mutation)) tally.falsified.push(`${mutation}: ${JSON.stringify(text)} was read`);
  else tally.unprovable += 1;
}

const LINES = 1_000_000;

/** One million lines for each protocol: no crash, no value from a frame whose own sum shows the damage. */
export async function bench(): Promise<BenchResult[]> {
  return [
    ...figures('field mill sentences', fuzzSentences(LINES, 1)),
    ...figures('tank gauge frames', fuzzGauge(LINES, 2)),
  ];
}

function figures(name: string, { tried, caught, unprovable, falsified }: FuzzFound): BenchResult[] {
  if (tried !== LINES || caught === 0) throw new Error(`${name}: nothing was damaged, so nothing was tested`);
  const unprovableShare = (unprovable / (caught + unprovable)) * 100;
  const plain = { reference: null, ratio: null };
  return [
    {
      name: `line fuzz: ${name}, good values from ${tried} lines that show their damage`,
      unit: 'values',
      target: '= 0',
      measured: falsified.length,
      ...plain,
      ok: falsified.length === 0,
    },
    {
      name: `line fuzz: ${name}, damage that the protocol's own sum cannot show`,
      unit: '% of damaged',
      target: '≤ 1',
      measured: unprovableShare,
      ...plain,
      ok: unprovableShare <= 1,
    },
  ];
}
