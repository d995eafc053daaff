import { describe, expect, it } from 'vitest';
import type { PermitFact } from '#agent/model/permit.ts';
import { bad, uncertain } from '#agent/model/quality.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { HOUR, MINUTE, permitAt } from './permit-fixture.ts';
import { watched } from './watched-permits.ts';

const now = new FakeClock().now();
const detectors = ', detectors: [{ point: GAS-1, gas: methane }]';
const air = (time: number) => ({ time, readings: [{ gas: 'oxygen', value: 20.9, unit: '%VOL' as const }] });
const space = (tests: readonly number[], more: Partial<PermitFact> = {}): PermitFact =>
  permitAt(now, { work: 'confined-space', gasTests: tests.map(air), ...more });

describe('a confined space', () => {
  it('is analysed every two hours while work goes on, and in order again after the next analysis', () => {
    const { hear, play, wait, found, view, clock } = watched({ zone: detectors });
    play({ 'GAS-1': 0 });
    hear(space([now - 10 * MINUTE]));
    wait(2 * HOUR);
    expect(found()).toEqual([]);
    wait(2000);
    expect(found()).toEqual(['gas-log-overdue']);
    expect(view().permits[0]?.violations[0]).toMatchObject({
      zh: '作业中气体分析记录超时',
      why: { zh: '最近一次在 2 小时前，最长 2 小时', en: 'the last one 2 h ago, at most 2 h' },
      clause: 'GB 30871-2022 第6章 (known-well)',
    });
    hear(space([now - 10 * MINUTE, clock.now()], { version: 2 }));
    expect(found()).toEqual([]);
  });

  it('of whose log nothing is heard, because the permit system is silent, cannot be judged', () => {
    const { hear, play, wait, found } = watched({ zone: detectors, more: '    feed: feed\n' });
    play({ 'GAS-1': 0, feed: true });
    hear(space([now]));
    play({ feed: { value: null, quality: bad('comm-lost') } });
    wait(2 * HOUR + 2000);
    expect(found()).toEqual(['gas-log-unjudged']);
    play({ feed: true });
    expect(found()).toEqual(['gas-log-overdue']);
    play({ feed: false });
    expect(found()).toEqual(['gas-log-overdue', 'gas-log-unjudged']);
  });

  it('without a detector that is linked to its zone cannot be seen to be monitored', () => {
    const { hear, wait, found, view } = watched();
    wait(10_000);
    hear(space([now]));
    expect(found()).toEqual(['gas-monitoring-unjudged']);
    expect(view().permits[0]?.violations[0]).toMatchObject({
      why: { zh: '区域未接入可燃气体检测器', en: 'no detector of combustible gas is linked to the zone' },
      clause: 'GB 30871-2022 第6章 (known-well)',
    });
  });
});

describe('special-grade hot work', () => {
  const special = permitAt(now, { grade: 0, cameras: ['cam-1'] });
  const more = '    cameras: [{ id: cam-1, blind: blind }]\n';
  const start = () => {
    const all = watched({ zone: detectors, more });
    all.wait(10_000);
    all.play({ 'GAS-1': 1, blind: false });
    all.hear(special);
    return all;
  };

  it('is monitored while a detector reads, and no longer when the device says that it does not measure', () => {
    const { play, found, view } = start();
    expect(found()).toEqual([]);
    play({ 'GAS-1': { value: 1, quality: uncertain('inhibited') } });
    expect(found()).toEqual(['detector-unjudged', 'gas-monitoring-stopped']);
    const stopped = view().permits[0]?.violations.find(({ kind }) => kind === 'gas-monitoring-stopped');
    expect(stopped).toMatchObject({
      zh: '连续气体监测中断',
      why: { zh: '无可用读数：GAS-1 inhibited', en: 'no usable reading: GAS-1 inhibited' },
      clause: 'GB 30871-2022 第5章 (secondary)',
    });
    play({ 'GAS-1': 1 });
    expect(found()).toEqual([]);
  });

  it('behind a link that is down is unknown and not stopped; what had stopped stays so', () => {
    const { play, found } = start();
    const lost = { value: null, quality: bad('comm-lost') };
    play({ 'GAS-1': lost });
    expect(found()).toEqual(['detector-unjudged', 'gas-monitoring-unjudged']);
    play({ 'GAS-1': { value: null, quality: bad('sensor-fault') } });
    play({ 'GAS-1': lost });
    expect(found()).toContain('gas-monitoring-stopped');
  });

  it('is what the standard asks it of; hot work of grade 1 is not', () => {
    const { hear, wait, found } = watched();
    wait(10_000);
    hear(permitAt(now));
    expect(found()).toEqual([]);
  });
});
