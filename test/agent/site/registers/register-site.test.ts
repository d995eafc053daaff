import { describe, expect, it } from 'vitest';
import { pointId } from '#agent/model/ids.ts';
import { systemClock } from '#agent/model/clock.ts';
import { recordsOf, siteDirectory, startPlayedSite } from '../played-site.ts';
import { hiddenDanger, riskEvent, riskMeasure, riskObject, riskUnit } from './register-fixture.ts';

const yaml = `points: []
registers:
  - { id: dp }
warningLevel:
  - { id: risk, inputs: [{ kind: overdue, points: ["dp.overdue-*"] }] }
`;

describe('registers of a site', () => {
  it('number every version in a stream of their own, once, over a restart', async () => {
    const directory = siteDirectory();
    const site = startPlayedSite(directory, yaml);
    const chain = [riskObject(), riskUnit(), riskEvent(), riskMeasure()];
    site.playFacts([...chain, hiddenDanger({ dangerState: '77' }), hiddenDanger({}, { id: 'D-2' })]);
    expect(site.journal.head('register')).toBe(5);
    await site.stop(0);

    const again = startPlayedSite(directory, yaml);
    again.playFacts([...chain, riskUnit({ version: 2, isDeleted: true })]);
    await again.stop(0);
    const told = recordsOf(directory, 'register').map(({ seq, body }) => `${seq} ${body.id} ${body.version}`);
    expect(told).toEqual(['1 O-1 1', '2 U-1 1', '3 E-1 1', '4 M-1 1', '5 D-2 1', '6 U-1 2']);
    expect(recordsOf(directory, 'event').filter(({ body }) => body.kind === 'register.refused')).toHaveLength(1);
  });

  it('add to the warning level what is late', async () => {
    const site = startPlayedSite(siteDirectory(), yaml);
    const late = { dangerManageDeadline: systemClock.now() - 60_000 };
    site.playFacts([riskObject(), riskUnit(), riskEvent(), riskMeasure(), hiddenDanger(late)]);
    expect(site.latest(pointId('dp.overdue-dangers'))).toMatchObject({ value: 1, quality: { level: 'good' } });
    await expect.poll(() => site.latest(pointId('risk.score'))?.value, { timeout: 45_000 }).toBeGreaterThan(0);
    await site.stop(0);
  });

  it('go on under a changed configuration with what they knew', async () => {
    const directory = siteDirectory();
    const site = startPlayedSite(directory, yaml);
    site.playFacts([riskObject(), riskUnit()]);
    expect(site.apply(site.config(), 'test').accepted).toBe(true);
    site.playFacts([riskObject(), riskUnit(), riskUnit({ id: 'U-2' })]);
    expect(site.latest(pointId('dp.records'))?.value).toBe(3);
    await site.stop(0);
    expect(recordsOf(directory, 'register').map(({ body }) => body.id)).toEqual(['O-1', 'U-1', 'U-2']);
  });
});
