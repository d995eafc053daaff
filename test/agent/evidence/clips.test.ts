import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEvidence } from '#agent/evidence/evidence.ts';
import type { AlarmTransition } from '#agent/model/alarm.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import { alarmId, sourceId, zoneId } from '#agent/model/ids.ts';
import { FakeClock } from '../journal/journal-fixture.ts';

const [east, farm] = [sourceId('cam-east'), zoneId('tank-farm')];

/** Pieces of two seconds; 5 s before an alarm are kept, and 3 s after it. */
function filmed(maxBytes = 1e6) {
  const clock = new FakeClock();
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-clips-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const evidence = createEvidence(
    {
      directory: join(directory, 'kept'),
      maxBytes,
      cameras: [{ source: east, zones: [farm] }],
      before: 0,
      after: 0,
      patienceMs: 60_000,
      clip: { beforeMs: 5000, afterMs: 3000, patienceMs: 60_000 },
    },
    clock,
  );
  const events: SiteEvent[] = [];
  return {
    events,
    kept: () => readdirSync(join(directory, 'kept')),
    read: (file: unknown) => readFileSync(join(directory, 'kept', String(file)), 'utf8'),
    film: (text: string, file = join(directory, `piece-${text}.ts`)) => {
      if (text !== '') writeFileSync(file, text);
      clock.pass(2000);
      const footage = { file, bytes: 1, from: clock.now() - 2000, to: clock.now(), flags: Flag.sim };
      events.push(...evidence.onFootage(east, footage));
    },
    raise: (alarm: string) => {
      const raised = { alarm: alarmId(alarm), event: 'raised', from: 'normal', occurrence: 1, flags: 0 };
      events.push(...evidence.onAlarm(raised as AlarmTransition, farm));
    },
    wait: (ms: number) => {
      clock.pass(ms);
      events.push(...evidence.onTick());
    },
  };
}

describe('a clip', () => {
  it('is what was filmed from before an alarm until after it, one for all alarms that come meanwhile', () => {
    const { film, raise, events, read, kept } = filmed();
    for (const text of ['a', 'b', 'c', 'd']) film(text);
    raise('T/H');
    film('e');
    raise('T/HH');
    film('f');
    film('g');
    expect(events.map(({ kind, detail }) => [kind, detail?.['alarm'], detail?.['phase']])).toEqual([
      ['evidence.stored', 'T/H', 'clip'],
      ['evidence.stored', 'T/HH', 'clip'],
    ]);
    expect(kept()).toHaveLength(1);
    const { file, sha256, from, to } = events[0]?.detail ?? {};
    expect(read(file)).toBe('bcdef');
    expect(sha256).toBe(createHash('sha256').update('bcdef').digest('hex'));
    expect(Number(to) - Number(from)).toBe(10_000);
    expect(events.every(({ flags }) => (flags & Flag.sim) !== 0)).toBe(true);
  });

  it('of a camera that films nothing is told as missing, and one that stops filming leaves what there is', () => {
    const silent = filmed();
    silent.raise('T/H');
    silent.wait(62_000);
    expect(silent.events).toEqual([]);
    silent.wait(2000);
    expect(silent.events.map(({ kind }) => kind)).toEqual(['evidence.missing']);

    const stopped = filmed();
    stopped.film('a');
    stopped.raise('T/H');
    stopped.wait(64_000);
    expect(stopped.events.map(({ kind }) => kind)).toEqual(['evidence.stored']);
    expect(stopped.read(stopped.events[0]?.detail?.['file'])).toBe('a');
  });

  it('makes room for the next under the quota, and is told as lost when a piece can not be read', () => {
    const { film, raise, events, kept } = filmed(6);
    for (const round of ['1', '2']) {
      film(`aa${round}`);
      raise(`T/${round}`);
      film('bb');
      film('cc');
      film('dd');
    }
    expect(events.map(({ kind }) => kind)).toContain('evidence.expired');
    expect(kept().length).toBeLessThan(2);
    raise('T/3');
    film('', '/nowhere/piece.ts');
    expect(events.at(-1)).toMatchObject({ kind: 'evidence.lost' });
    expect(kept().filter((file) => file.endsWith('.new'))).toEqual([]);
  });
});
