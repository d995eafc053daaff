import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { alarmId, siteId } from '#agent/model/ids.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';
import { recordsOf, siteDirectory, startPlayedSite } from './played-site.ts';
import type { PlayedSite } from './played-site.ts';

const points = (setpoint = 90): string => `points:
  - { id: T, source: plant, address: t, kind: temperature, unit: °C, range: { low: 0, high: 200 }, alarms: { H: { setpoint: ${setpoint}, latch: true, priority: high } } }
  - { id: F, source: plant, address: f, kind: flow, unit: t/h, range: { low: 0, high: 10 }, alarms: { L: 2 } }
  - { id: RUN, source: plant, address: run, kind: state }
`;

const hot = alarmId('T/H');
const low = alarmId('F/L');
const stateOf = (site: PlayedSite, id: string) => site.alarms().find(({ definition }) => definition.id === id);
const auditOf = (directory: string) => recordsOf(directory, 'audit').map(({ body }) => body);

describe('what a person does to an alarm', () => {
  it('is in the audit with who, what and why; what is refused is not', async () => {
    const directory = siteDirectory();
    const site = startPlayedSite(directory, points());
    site.play({ T: 95, F: 5, RUN: true });
    expect(site.acknowledge(hot, '')).toMatchObject({ accepted: false, reason: 'no-name' });
    expect(site.acknowledge(hot, 'Li', 'seen')).toMatchObject({ accepted: true });
    expect(site.reset(hot, 'Li')).toMatchObject({ accepted: false, reason: 'still-abnormal' });
    site.play({ T: 20 });
    expect(site.reset(hot, 'Wang')).toMatchObject({ accepted: true });
    expect(site.shelve(low, { by: 'Li', why: 'pump test', forMs: 60_000, isOneShot: false }).accepted).toBe(true);
    expect(site.unshelve(low, 'Li').accepted).toBe(true);
    expect(site.removeFromService(low, 'Li', 'meter is out').accepted).toBe(true);
    expect(site.returnToService(low, 'Wang', 'meter is back').accepted).toBe(true);
    await site.stop(0);

    const time = expect.any(Number);
    expect(auditOf(directory)).toEqual([
      { time, who: 'Li', action: 'alarm.acknowledge', what: 'T/H', detail: { why: 'seen' } },
      { time, who: 'Wang', action: 'alarm.reset', what: 'T/H' },
      {
        time,
        who: 'Li',
        action: 'alarm.shelve',
        what: 'F/L',
        detail: { why: 'pump test', forMs: 60_000, isOneShot: false },
      },
      { time, who: 'Li', action: 'alarm.unshelve', what: 'F/L' },
      { time, who: 'Li', action: 'alarm.remove-from-service', what: 'F/L', detail: { why: 'meter is out' } },
      { time, who: 'Wang', action: 'alarm.return-to-service', what: 'F/L', detail: { why: 'meter is back' } },
    ]);
    expect(recordsOf(directory, 'alarm').map(({ body }) => `${body.alarm} ${body.event}`)).toEqual([
      'T/H raised',
      'T/H acknowledged',
      'T/H cleared',
      'T/H reset',
      'F/L shelved',
      'F/L unshelved',
      'F/L removed-from-service',
      'F/L returned-to-service',
    ]);
  });

  it('keeps to the longest shelf that the site allows', async () => {
    const site = startPlayedSite(siteDirectory(), `${points()}shelving: { medium: 5m }\n`);
    const shelve = (forMs: number) => site.shelve(low, { by: 'Li', why: 'test', forMs, isOneShot: false });
    expect(shelve(300_001)).toMatchObject({ accepted: false, reason: 'too-long' });
    expect(shelve(300_000)).toMatchObject({ accepted: true });
    await site.stop(0);
  });
});

describe('alarms of a site', () => {
  it('are suppressed while the plant is in the state that a rule names', async () => {
    const site = startPlayedSite(
      siteDirectory(),
      `${points()}suppression:
  - { id: stopped, kind: plant-state, point: RUN, values: [false], alarms: [F/L], why: the pump is stopped }
`,
    );
    site.play({ RUN: false });
    site.play({ F: 0 });
    expect(stateOf(site, 'F/L')).toMatchObject({
      state: 'unacknowledged',
      overlay: 'suppressed',
      suppressedBy: [{ cause: 'stopped', why: 'the pump is stopped' }],
    });
    site.play({ RUN: true });
    expect(stateOf(site, 'F/L')).toMatchObject({ state: 'unacknowledged', overlay: 'none' });
    await site.stop(0);
  });

  it('leave each change of their settings in the audit at the next start, once', async () => {
    const directory = siteDirectory();
    for (const setpoint of [90, 95, 95]) await startPlayedSite(directory, points(setpoint)).stop(0);
    await startPlayedSite(directory, points(95).replace(', alarms: { L: 2 }', '')).stop(0);
    expect(auditOf(directory)).toEqual([
      {
        time: expect.any(Number),
        who: 'configuration',
        action: 'alarm.changed',
        what: 'T/H',
        detail: { setpoint: '90 → 95' },
      },
      expect.objectContaining({ action: 'alarm.removed', what: 'F/L' }),
    ]);
  });

  it('are told when their stored state can not be read, and the others keep theirs', async () => {
    const directory = siteDirectory();
    const first = startPlayedSite(directory, points());
    first.play({ T: 95, F: 0 });
    await first.stop(0);
    const limits = { maxAgeMs: 3_600_000, maxBytes: 100_000_000, sampleCommitMs: 100 };
    const journal = openJournal({
      directory: join(directory, 'data'),
      site: siteId('played'),
      clock: systemClock,
      ...limits,
    });
    journal.commit([], [{ scope: 'alarm', key: 'F/L', value: { alarm: 'F/L', state: 'on fire' } }]);
    journal.close();

    const second = startPlayedSite(directory, points());
    expect(stateOf(second, 'T/H')?.state).toBe('unacknowledged');
    expect(stateOf(second, 'F/L')?.state).toBe('normal');
    await second.stop(0);
    expect(recordsOf(directory, 'event').map(({ body }) => body)).toContainEqual(
      expect.objectContaining({ kind: 'alarm.memory-unreadable', text: expect.stringContaining('F/L') }),
    );
  });
});

describe('the report of a site', () => {
  it('tells how the journal gets on with its disk', async () => {
    const site = startPlayedSite(siteDirectory(), points());
    expect(site.report().journalHealth).toMatchObject({ disk: { trouble: 'none' }, heldRecords: 0 });
    await site.stop(0);
  });
});

describe('the journal of a site', () => {
  it('that holds fewer hours than agreed is an event and an alarm', async () => {
    const directory = siteDirectory();
    const site = startPlayedSite(directory, `journal: { contractedHours: 1000000000 }\n${points()}`);
    let temperature = 20;
    const playing = setInterval(() => site.play({ T: (temperature += 0.001) }), 50);
    try {
      await until(() => recordsOf(directory, 'event').some(({ body }) => body.kind === 'journal.buffer-short'));
      expect(site.activeAlarms()).toMatchObject([
        { definition: { id: 'site.journal-hours/L', priority: 'high' }, state: 'unacknowledged' },
      ]);
    } finally {
      clearInterval(playing);
      await site.stop(0);
    }
    expect(recordsOf(directory, 'event').filter(({ body }) => body.kind === 'journal.buffer-short')).toHaveLength(1);
  });
});
