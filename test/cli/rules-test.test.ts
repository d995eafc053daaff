import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dryRun } from '#agent/cli/rules/dry-run.ts';
import { openForReading } from '#agent/journal/store.ts';
import { openJournal } from '#agent/journal/journal.ts';
import type { CompositeRuleDefinition } from '#agent/model/composite-rule.ts';
import { Flag } from '#agent/model/flags.ts';
import { pointId, siteId } from '#agent/model/ids.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import { configOf, loadText } from '#test/config/site-folder.ts';
import { siteDirectory } from '#test/agent/site/played-site.ts';

const start = Date.parse('2026-03-01T08:00:00Z');

function ruleOf(rule: string): CompositeRuleDefinition {
  const { derivations } = configOf(
    loadText(`site: { id: demo }
sources:
  - { id: dcs, kind: opcua, endpoint: "opc.tcp://127.0.0.1:4840" }
points:
  - { id: T, source: dcs, address: "nsu=urn:plant;s=T", kind: temperature, unit: °C }
  - { id: F, source: dcs, address: "nsu=urn:plant;s=F", kind: flow, unit: t/h }
rules:
  - ${rule}
`),
  );
  const [first] = derivations;
  if (first?.kind !== 'rule') throw new Error('no rule');
  return first.definition;
}

type Row = readonly [second: number, point: string, value: SampleValue, quality?: Quality, flags?: number];

/** A journal of what was read, each value received a second after the device's time. */
function journalOf(rows: readonly Row[], absentAt?: number): string {
  const directory = join(siteDirectory(), 'data');
  let now = start;
  const journal = openJournal({
    directory,
    site: siteId('demo'),
    clock: { now: () => now, monotonic: () => now },
    maxAgeMs: 1e12,
    maxBytes: 1e9,
    sampleCommitMs: 100,
  });
  for (const [second, point, value, quality = GOOD, flags = 0] of rows) {
    now = start + second * 1000;
    journal.appendSamples([{ point: pointId(point), value, quality, sourceTime: now - 1000, receiveTime: now, flags }]);
  }
  if (absentAt !== undefined)
    journal.commit([
      {
        stream: 'gap',
        body: { from: start + absentAt * 1000, reason: 'agent-stopped', text: 'the agent was stopped', flags: 0 },
      },
    ]);
  journal.flush();
  journal.close();
  return directory;
}

/** Seconds after the start. */
function firingsOf(directory: string, rule: string, from: number, to: number) {
  const tables = openForReading(directory);
  try {
    const result = dryRun(tables, ruleOf(rule), { from: start + from * 1000, to: start + to * 1000 });
    const second = (time: number | undefined) => (time === undefined ? undefined : (time - start) / 1000);
    return { ...result, at: result.firings.map((one) => [second(one.from), second(one.to)]) };
  } finally {
    tables.close();
  }
}

const history: readonly Row[] = [
  [0, 'T', 20],
  [0, 'F', 5],
  [100, 'T', 90],
  [200, 'F', 1],
  [260, 'F', 5],
  [300, 'F', 1],
  [400, 'T', 90, bad('comm-lost')],
  [450, 'T', 20],
];
const hot = '{ id: hot, when: value("T") > 85 && value("F") < 2 }';

describe('firewatch rules test', () => {
  it('says when a rule would have been raised and lowered, held by doubt, and why', () => {
    const directory = journalOf(history);
    const { at, firings, samples, inDoubtMs } = firingsOf(directory, hot, 10, 1000);
    expect(at).toEqual([
      [200, 260],
      [300, 450],
    ]);
    expect(firings[0]?.because).toBe('hot: value("T") > 85 && value("F") < 2; T = 90, F = 1');
    expect(samples).toBe(8);
    expect(inDoubtMs).toBe(50_000);
  });

  it('knows delays and windows as the running agent would', () => {
    const directory = journalOf(history);
    expect(firingsOf(directory, hot.replace('}', ', for: 70s }'), 10, 1000).at).toEqual([[370, 450]]);
    const [window] = firingsOf(directory, '{ id: w, when: \'avg("T", "1m") > 50\' }', 10, 1000).at;
    expect(window?.[0]).toBeGreaterThan(125);
    expect(window?.[0]).toBeLessThan(140);
  });

  it('tells what stood before the time that was asked for, and what still stands', () => {
    const directory = journalOf(history.slice(0, 4));
    expect(firingsOf(directory, hot, 230, 1000).at).toEqual([[200, undefined]]);
    expect(firingsOf(directory, hot, 10, 150).at).toEqual([]);
  });

  it('is in doubt from where the agent was not there', () => {
    const rows: readonly Row[] = [...history.slice(0, 3), [500, 'T', 90], [500, 'F', 5]];
    const { inDoubtMs } = firingsOf(journalOf(rows, 150), hot, 110, 1000);
    expect(inDoubtMs).toBe(350_000);
  });

  it('says that it rests on simulated values', () => {
    const directory = journalOf(
      history.map(([second, point, value, quality = GOOD]) => [second, point, value, quality, Flag.sim]),
    );
    expect(firingsOf(directory, hot, 10, 1000).firings[0]?.flags).toEqual(['sim']);
  });
});
