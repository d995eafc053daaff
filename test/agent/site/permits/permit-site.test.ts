import { describe, expect, it } from 'vitest';
import { pointId } from '#agent/model/ids.ts';
import { recordsOf, siteDirectory, startPlayedSite } from '../played-site.ts';
import { MINUTE, permitAt } from './permit-fixture.ts';

const yaml = `points:
  - { id: GAS-1, source: plant, address: g1, kind: gas-combustible, unit: "%LEL", range: { low: 0, high: 100 } }
permits:
  - id: work
    zones:
      - { id: tank-farm, name: 罐区, detectors: [{ point: GAS-1, gas: hydrogen }] }
`;
const started = (directory: string) => {
  const site = startPlayedSite(directory, yaml);
  const standing = () =>
    site
      .alarms()
      .flatMap(({ definition: { id }, state }) => (state === 'normal' || !id.includes('permit') ? [] : [id]));
  return { ...site, standing };
};

describe('special work on a site', () => {
  it('raises exactly the alarms of a hydrogen leak during hot work, over a restart, and ends them with the work', async () => {
    const directory = siteDirectory();
    const site = started(directory);
    const now = Date.now();
    const tested = [{ time: now - MINUTE, readings: [{ gas: '氢气', value: 1, unit: '%LEL' as const }] }];
    site.play({ 'GAS-1': 0 });
    site.playFacts([permitAt(now, { gasTests: tested })]);
    expect(site.standing()).toEqual([]);
    expect(site.latest(pointId('tank-farm.active-permits.hot-work'))).toMatchObject({ value: 1 });
    // 12.4 %LEL of hydrogen is 0.496 %VOL.
    site.play({ 'GAS-1': 12.4 });
    expect(site.standing()).toEqual([]);
    site.play({ 'GAS-1': 12.6 });
    expect(site.standing().toSorted()).toEqual(['tank-farm.permit-danger/state', 'tank-farm.permit-violation/state']);
    await site.stop(0);

    const again = started(directory);
    again.play({ 'GAS-1': 12.6 });
    again.playFacts([permitAt(now, { version: 1, gasTests: tested })]);
    expect(again.standing().toSorted()).toEqual(['tank-farm.permit-danger/state', 'tank-farm.permit-violation/state']);
    again.playFacts([permitAt(now, { version: 2, state: 'finished', gasTests: tested })]);
    expect(again.latest(pointId('tank-farm.permit-danger'))).toMatchObject({
      value: false,
      quality: { level: 'good' },
    });
    await again.stop(0);
    const told = recordsOf(directory, 'event').filter(({ body }) => body.kind.startsWith('permit.'));
    expect(told.map(({ body }) => [body.kind, body.detail?.['violation']])).toEqual([
      ['permit.violation', 'detector-over-limit'],
      ['permit.violation-over', 'detector-over-limit'],
    ]);
    expect(told[0]?.body.detail).toMatchObject({
      zh: '现场气体浓度超过作业限值',
      clause: 'GB 30871-2022 第5章 (known-well)',
    });
  });
});
