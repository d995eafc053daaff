import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { concat, finalize, of, Subject } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { systemClock } from '#agent/model/clock.ts';
import { alarmId, pointId } from '#agent/model/ids.ts';
import { startSite } from '#agent/site.ts';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import type { Driver, Signal } from '#drivers/driver.ts';
import { recordsOf, siteDirectory } from './played-site.ts';

const head = 'site: { id: played }\n';
const both = `${head}sources:
  - { id: dcs, kind: played }
  - { id: plc, kind: played }
`;
const points = (setpoint: number) => `points:
  - { id: T, source: dcs, address: t, kind: temperature, unit: °C, alarms: { H: { setpoint: ${setpoint}, deadband: 0, onDelay: 0s } } }
  - { id: P, source: plc, address: p, kind: pressure, unit: kPa, alarms: { H: { setpoint: 100, deadband: 0, onDelay: 0s } } }
`;

/** A site whose sources count how often they were opened and released. */
function startSiteOf(yaml: string) {
  const directory = siteDirectory();
  const signals = new Subject<{ readonly source: string; readonly signal: Signal }>();
  const life: string[] = [];
  const driver: Driver = {
    kind: 'played',
    summary: 'says what the test plays',
    schema: z.strictObject({ rate: z.number().optional() }),
    address: z.string(),
    open: (_options, { source }) => {
      life.push(`+${source}`);
      const own = new Subject<Signal>();
      const tap = signals.subscribe((one) => {
        if (one.source === source) own.next(one.signal);
      });
      return concat(of<Signal>({ type: 'status', state: 'online', reason: '' }), own).pipe(
        finalize(() => {
          tap.unsubscribe();
          life.push(`-${source}`);
        }),
      );
    },
    releaseWithinMs: 100,
  };
  const configOf = (text: string) => {
    const file = join(directory, 'site.yaml');
    writeFileSync(file, text);
    const loaded = loadSite(file, { kinds: [driver], env: {} });
    if (!loaded.ok) throw new Error(loaded.errors.map(formatFinding).join('\n'));
    return loaded.config;
  };
  const site = startSite({ config: configOf(yaml), drivers: [driver], clock: systemClock, tell: () => {} });
  onTestFinished(async () => void (await site.stop(0)));
  return {
    site,
    directory,
    life,
    apply: (text: string) => site.apply(configOf(text), 'engineer'),
    play: (source: string, point: string, value: number) => {
      const now = systemClock.now();
      const sample = { point: pointId(point), value, quality: { level: 'good' as const }, flags: 0 };
      const samples = [{ ...sample, sourceTime: now, receiveTime: now }];
      signals.next({ source, signal: { type: 'samples', samples } });
    },
    state: (alarm: string) => site.alarms().find(({ definition }) => definition.id === alarmId(alarm))?.state,
  };
}

describe('a changed configuration', () => {
  it('judges a new setpoint at once and connects nothing anew', () => {
    const { life, play, apply, state, directory } = startSiteOf(both + points(80));
    play('dcs', 'T', 70);
    play('plc', 'P', 120);
    expect([state('T/H'), state('P/H')]).toEqual(['normal', 'unacknowledged']);

    expect(apply(both + points(60))).toMatchObject({
      accepted: true,
      sources: { added: [], removed: [], restarted: [] },
    });
    expect([state('T/H'), state('P/H')]).toEqual(['unacknowledged', 'unacknowledged']);
    expect(life).toEqual(['+dcs', '+plc']);
    expect(
      recordsOf(directory, 'audit').map(({ body }) => [body.action, body.what, body.detail?.['setpoint']]),
    ).toEqual([
      ['alarm.changed', 'T/H', '80 → 60'],
      ['config.apply', 'site', undefined],
    ]);
    expect(recordsOf(directory, 'alarm').map(({ body }) => `${body.alarm} ${body.event}`)).toEqual([
      'P/H raised',
      'T/H raised',
    ]);
  });

  it('touches the source that changed alone; an acknowledged alarm of it stays acknowledged', () => {
    const { life, play, apply, state, site } = startSiteOf(both + points(60));
    play('dcs', 'T', 70);
    site.acknowledge(alarmId('T/H'), 'operator');
    const changed = both.replace('{ id: dcs, kind: played }', '{ id: dcs, kind: played, rate: 2 }');
    expect(apply(changed + points(60))).toMatchObject({ sources: { restarted: ['dcs'] } });
    expect(life).toEqual(['+dcs', '+plc', '-dcs', '+dcs']);
    expect(state('T/H')).toBe('acknowledged');
  });

  it('ends what was removed, and begins what was added', () => {
    const { life, apply, site, play, state } = startSiteOf(both + points(60));
    const other = `${head}sources: [{ id: plc, kind: played }, { id: gas, kind: played }]
points:
  - { id: P, source: plc, address: p, kind: pressure, unit: kPa, alarms: { H: { setpoint: 100, deadband: 0 } } }
  - { id: G, source: gas, address: g, kind: number, alarms: { H: { setpoint: 1, deadband: 0, onDelay: 0s } } }
`;
    expect(apply(other)).toMatchObject({ sources: { added: ['gas'], removed: ['dcs'], restarted: [] } });
    expect(life).toEqual(['+dcs', '+plc', '-dcs', '+gas']);
    play('gas', 'G', 5);
    expect(state('G/H')).toBe('unacknowledged');
    expect(site.report().sources.map(({ id }) => id)).toEqual(['plc', 'gas']);
    expect(site.latest(pointId('T'))).toBeUndefined();
  });

  it('that needs a restart is refused with the reason, and changes nothing', () => {
    const { life, apply, site } = startSiteOf(both + points(60));
    const refused = apply(`${both}${points(50)}journal: { maxAge: 3d }\n`);
    expect(refused).toMatchObject({ accepted: false, text: expect.stringContaining('start it again') });
    expect(site.config().alarms.find(({ id }) => id === alarmId('T/H'))?.condition).toMatchObject({ setpoint: 60 });
    expect(life).toEqual(['+dcs', '+plc']);
  });
});
