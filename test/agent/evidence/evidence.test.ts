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

const [east, west, farm] = [sourceId('cam-east'), sourceId('cam-west'), zoneId('tank-farm')];

function scene({ maxBytes = 1e6, directory = '', maxAgeMs = 1e12 } = {}) {
  const clock = new FakeClock();
  const own = directory || mkdtempSync(join(tmpdir(), 'firewatch-evidence-'));
  onTestFinished(() => rmSync(own, { recursive: true, force: true }));
  const evidence = createEvidence(
    {
      directory: own,
      maxBytes,
      maxAgeMs,
      cameras: [
        { source: east, zones: [farm], gb28181Id: '37060000011310000001' },
        { source: west, zones: [zoneId('loading')] },
      ],
      before: 2,
      after: 2,
      patienceMs: 60_000,
    },
    clock,
  );
  const events: SiteEvent[] = [];
  const picture = (text: string) => ({ jpeg: Buffer.from(text), takenAt: clock.now(), flags: Flag.sim });
  return {
    clock,
    events,
    directory: own,
    files: () => readdirSync(own).toSorted(),
    show: (camera: typeof east, text: string) => {
      clock.pass(1000);
      events.push(...evidence.onPicture(camera, picture(text)));
    },
    raise: (alarm = 'T/HH', given: Partial<AlarmTransition> = {}) => {
      const raised = { alarm: alarmId(alarm), event: 'raised', from: 'normal', occurrence: 3, flags: 0, ...given };
      events.push(...evidence.onAlarm(raised as AlarmTransition, farm));
    },
    wait: (ms: number) => {
      clock.pass(ms);
      events.push(...evidence.onTick());
    },
    expire: () => events.push(...evidence.expire(clock.now())),
    kinds: () => events.map(({ kind, detail }) => `${kind} ${String(detail?.['phase'] ?? '')}`.trim()),
  };
}

describe('evidence of an alarm', () => {
  it('is what the cameras of its zone showed before it and after it, on disk with its digest', () => {
    const { show, raise, events, files, directory, kinds } = scene();
    for (const text of ['one', 'two', 'three']) show(east, text);
    show(west, 'elsewhere');
    raise();
    for (const text of ['four', 'five', 'six']) show(east, text);
    expect(kinds()).toEqual([
      'evidence.stored before',
      'evidence.stored before',
      'evidence.stored after',
      'evidence.stored after',
    ]);
    expect(files().map((file) => readFileSync(join(directory, file), 'utf8'))).toEqual([
      'two',
      'three',
      'four',
      'five',
    ]);
    for (const { detail, flags } of events) {
      const kept = readFileSync(join(directory, String(detail?.['file'])));
      expect(detail).toMatchObject({ alarm: 'T/HH', occurrence: 3, camera: east, gb28181Id: '37060000011310000001' });
      expect(detail?.['sha256']).toBe(createHash('sha256').update(kept).digest('hex'));
      expect(flags & Flag.sim).toBe(Flag.sim);
    }
  });

  it('is only kept when the alarm is raised anew', () => {
    const { show, raise, events } = scene();
    show(east, 'one');
    raise('T/HH', { event: 'acknowledged' });
    raise('T/HH', { from: 'acknowledged' });
    expect(events).toEqual([]);
  });

  it('that a blind camera does not give is told', () => {
    const { show, raise, wait, events, kinds } = scene();
    raise();
    show(east, 'one');
    wait(60_000);
    expect(kinds()).toEqual(['evidence.stored after', 'evidence.missing']);
    expect(events.at(-1)?.detail).toMatchObject({ missing: 1, camera: east });
  });

  it('keeps to its space, the oldest going first and told, over a restart too', () => {
    const first = scene({ maxBytes: 9 });
    first.show(east, 'aaa');
    first.raise();
    first.show(east, 'bbb');
    const second = scene({ maxBytes: 9, directory: first.directory });
    second.clock.pass(60_000);
    second.show(east, 'cccc');
    second.raise();
    expect(second.files().map((file) => readFileSync(join(first.directory, file), 'utf8'))).toEqual(['bbb', 'cccc']);
    expect(second.kinds()).toEqual(['evidence.stored before', 'evidence.expired']);
  });

  it('goes when it is older than personal data may be, told once for all that went', () => {
    const DAY = 86_400_000;
    const first = scene({ maxAgeMs: 2 * DAY });
    first.show(east, 'one');
    first.show(east, 'two');
    first.raise();
    first.clock.pass(DAY);
    const second = scene({ maxAgeMs: 2 * DAY, directory: first.directory });
    second.clock.pass(DAY);
    second.show(east, 'three');
    second.raise();
    second.clock.pass(DAY);
    second.expire();
    expect(second.files()).toHaveLength(3);
    second.clock.pass(5000);
    second.expire();
    second.expire();
    expect(second.files().map((file) => readFileSync(join(first.directory, file), 'utf8'))).toEqual(['three']);
    expect(second.kinds()).toEqual(['evidence.stored before', 'evidence.expired']);
    expect(second.events.at(-1)?.detail).toMatchObject({ files: 2 });
  });

  it('that the disk refuses is told as lost, and the alarm goes on', () => {
    const blocked = join(mkdtempSync(join(tmpdir(), 'firewatch-evidence-')), 'a file');
    writeFileSync(blocked, '');
    const { show, raise, kinds } = scene({ directory: blocked });
    show(east, 'one');
    raise();
    expect(kinds()).toEqual(['evidence.lost before']);
  });
});
