import { expect, test } from 'vitest';
import type { ProcessCell } from '#agent/alarms/state-table.ts';
import { overlayTable, processTable, visibleOverlay } from '#agent/alarms/state-table.ts';

/** ISA-18.2-2016 figure 3 and IEC 62682 figure 4 by letter, written independently of the code: state, event, result. */
const standard = `
  event               A  B  C  D  E  F
  raise               B  -  -  B  B  B
  return              -  D  A  -  -  -
  return-latching     -  E  F  -  -  -
  return-unannounced  -  A  A  -  -  -
  acknowledge         !  C  !  A  F  !
  reset               !  !  !  !  !  A
  re-alarm            -  B  B  -  -  -
  remove              -  D  A  D  E  F
`;

const letters = {
  A: 'normal',
  B: 'unacknowledged',
  C: 'acknowledged',
  D: 'returned',
  E: 'latched',
  F: 'latched-acknowledged',
} as const;

const [header = [], ...rows] = standard
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/ +/));

const pairs = rows.flatMap(([event = '', ...cells]) =>
  cells.map((expected, column) => ({ letter: header[column + 1] ?? '', event, expected })),
);

test('the table of the standard covers every state and event of the code', () => {
  const inCode = Object.entries(processTable).flatMap(([state, cells]) =>
    Object.keys(cells).map((e) => `${state} ${e}`),
  );
  const here = pairs.map(({ letter, event }) => `${letters[letter as keyof typeof letters]} ${event}`);
  expect(here.toSorted()).toEqual(inCode.toSorted());
  expect(here).toHaveLength(48);
});

test.each(pairs)('$letter on $event gives $expected', ({ letter, event, expected }) => {
  const row: Record<string, ProcessCell> = processTable[letters[letter as keyof typeof letters]];
  expect(symbol(row[event])).toBe(expected);
});

function symbol(cell: ProcessCell | undefined): string | undefined {
  if (cell === 'stays') return '-';
  if (typeof cell === 'string') return '!';
  return Object.entries(letters).find(([, state]) => state === cell?.to)?.[0];
}

test('every overlay is set once, lifted once, and refuses what it already is', () => {
  const events = Object.values(overlayTable).map(({ off, on }) => [off.set.event, off.lift, on.set, on.lift.event]);
  expect(events).toEqual([
    ['shelved', 'not-shelved', 'already-shelved', 'unshelved'],
    ['suppressed', 'not-suppressed', 'already-suppressed', 'unsuppressed'],
    ['removed-from-service', 'not-out-of-service', 'already-out-of-service', 'returned-to-service'],
  ]);
});

test('out of service is shown before suppressed, suppressed before shelved', () => {
  const seen = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
    visibleOverlay({ isShelved: (bits & 1) > 0, isSuppressed: (bits & 2) > 0, isOutOfService: (bits & 4) > 0 }),
  );
  const out = 'out-of-service';
  expect(seen).toEqual(['none', 'shelved', 'suppressed', 'suppressed', out, out, out, out]);
});
