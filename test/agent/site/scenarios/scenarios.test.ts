import { expect, it } from 'vitest';
import { zoneId } from '#agent/model/ids.ts';
import { fixOf } from '../headcount/people-walking.ts';
import { HOUR, MINUTE, permitAt } from '../permits/permit-fixture.ts';
import { playScenario } from './scenario.ts';

/** What stands behind every colour. */
const ours = '本单位动态预警，非监管部门分级';

/** The same colour of several places, for the same reason. */
const coloured = (places: readonly string[], colour: string, why: string): string[] =>
  places.map((place) => `${place} ${colour}，因为${why}；${ours}）`);

it('a runaway in the tank farm goes through rate, high and high-high alarms to red, and the receiver gets just that', async () => {
  const { set, pass, end } = playScenario(`points:
  - { id: TK.temperature, source: plant, address: t, kind: temperature, unit: °C, range: { low: 0, high: 150 }, hazardSource: H1, zone: farm, alarms: { H: { setpoint: 45, priority: high }, HH: { setpoint: 60, priority: critical }, rateOfChange: { perMinute: 2, window: 60s, direction: rising, priority: high } } }
  - { id: TK.pressure, source: plant, address: p, kind: pressure, unit: kPa, range: { low: 0, high: 10 }, hazardSource: H1, zone: farm, alarms: { H: { setpoint: 2, priority: high }, HH: { setpoint: 4, priority: critical } } }
warningLevel:
  - { id: risk, hazardSources: [H1], zones: [farm] }
`);
  set({ 'TK.temperature': 25, 'TK.pressure': 0.5 });
  pass(60);
  // Heat speeds the decomposition up, which makes the heat.
  for (let second = 0; second < 12.5 * 60; second += 1) {
    const square = (second / 60) ** 2;
    set({ 'TK.temperature': 25 + 0.3 * square, 'TK.pressure': 0.5 + 0.025 * square });
    pass(1);
  }
  const { alarms, colours, events, sent, kept } = await end();
  expect(alarms).toEqual([
    'TK.temperature/rate-of-change raised high',
    'TK.pressure/H raised high',
    'TK.temperature/H raised high',
    'TK.temperature/HH raised critical',
    'TK.pressure/HH raised critical',
  ]);
  const places = ['全厂', '重大危险源 H1', '区域 farm'];
  const [rate, pressure, temperature] = [
    '报警 TK.temperature/rate-of-change（高） 20',
    '报警 TK.pressure/H（高） 20',
    '报警 TK.temperature/H（高） 20',
  ];
  expect(colours).toEqual([
    ...coloured(places, '黄色', `${rate}（分值 20，原蓝色`),
    ...coloured(places, '橙色', `${rate}，${pressure}，${temperature}（分值 60，原黄色`),
    ...coloured(
      places,
      '红色',
      `报警 TK.temperature/HH（紧急） 40，${rate}，${pressure}，${temperature}（分值 80，原橙色`,
    ),
  ]);
  expect(events.map(({ kind }) => kind)).toEqual(['source.online', ...Array(9).fill('warning-level.raised')]);
  expect(sent).toEqual(kept);
}, 300_000);

it('a hydrogen leak during hot work with 11 people breaks the permit first, then the headcount, then the gas limits', async () => {
  const { set, pass, end, tell, repeat } = playScenario(`points:
  - { id: GAS-1, source: plant, address: g, kind: gas-combustible, unit: "%LEL", range: { low: 0, high: 100 }, zone: compressor, alarms: { H: { setpoint: 25, priority: high }, HH: { setpoint: 50, priority: critical } } }
headcount:
  - id: people
    zones:
      - { id: compressor, kind: high-risk, polygon: [[121.3, 29.9], [121.301, 29.9], [121.301, 29.901], [121.3, 29.901]] }
permits:
  - id: work
    zones: [{ id: compressor, detectors: [{ point: GAS-1, gas: hydrogen }], people: compressor.people }]
warningLevel:
  - { id: risk, zones: [compressor], inputs: [{ kind: people, points: [compressor.people] }] }
`);
  let people = 9;
  repeat(() =>
    Array.from({ length: people }, (_, index) => fixOf(`${index}`, [121.3005, 29.9005], Date.now(), { map: 'wgs84' })),
  );
  set({ 'GAS-1': 0 });
  pass(15);
  const now = Date.now();
  const tested = [{ time: now - MINUTE, readings: [{ gas: '氢气', value: 1, unit: '%LEL' as const }] }];
  tell([permitAt(now, { zone: zoneId('compressor'), gasTests: tested })]);
  pass(5);
  // 13 %LEL of hydrogen is 0.52 %VOL: above the work limit and far below the alarm of the detector.
  set({ 'GAS-1': 13 });
  pass(5);
  people = 11;
  pass(15);
  set({ 'GAS-1': 26 });
  pass(5);
  set({ 'GAS-1': 51 });
  pass(5);
  const { alarms, colours, events, sent, kept } = await end();
  expect(alarms).toEqual([
    'compressor.permit-violation/state raised high',
    'compressor.permit-danger/state raised critical',
    'compressor.over-limit/state raised high',
    'GAS-1/H raised high',
    'GAS-1/HH raised critical',
  ]);
  const places = ['全厂', '区域 compressor'];
  const work = '人数 compressor.people 9 18，作业票 H-1 1 级动火作业 12';
  expect(colours).toEqual([
    ...coloured(places, '黄色', `${work}（分值 30，原蓝色`),
    ...coloured(
      places,
      '红色',
      `报警 compressor.permit-danger/state（紧急） 40，报警 compressor.permit-violation/state（高） 20，${work}（分值 90，原黄色`,
    ),
  ]);
  expect(events.map(({ kind }) => kind)).toEqual([
    'source.online',
    ...Array(2).fill('warning-level.raised'),
    'permit.violation',
    ...Array(2).fill('warning-level.raised'),
    'zone.over-limit',
  ]);
  expect(events[3]?.detail).toMatchObject({
    permit: 'H-1',
    violation: 'detector-over-limit',
    whyZh: 'GAS-1：hydrogen 13 %LEL = 0.52 %VOL，限值 0.5 %VOL',
    clause: 'GB 30871-2022 第5章 (known-well)',
  });
  expect(sent).toEqual(kept);
}, 300_000);

it('a bypass of the safety system beyond its permit is unpermitted, then too long, and over when it is in force again', async () => {
  const { set, pass, end } = playScenario(`points:
  - { id: mos, source: plant, address: m, kind: state }
  - { id: allowed, source: plant, address: a, kind: state }
bypasses:
  - { id: SIF-101, bypass: mos, permit: allowed, longest: 2m, hazardSource: H1 }
warningLevel:
  - { id: risk, hazardSources: [H1], inputs: [{ kind: bypass, points: ["*.bypassed"] }] }
`);
  set({ mos: false, allowed: true });
  pass(10);
  set({ mos: true });
  pass(60);
  set({ allowed: false });
  pass(90);
  set({ mos: false });
  pass(310);
  const { alarms, colours, events, sent, kept } = await end();
  expect(alarms).toEqual([
    'SIF-101.unpermitted/state raised high',
    'SIF-101.bypass-overdue/state raised high',
    'SIF-101.unpermitted/state cleared high',
    'SIF-101.bypass-overdue/state cleared high',
  ]);
  const places = ['全厂', '重大危险源 H1'];
  // Alarms of a safety system count half as much again.
  const unpermitted = '报警 SIF-101.unpermitted/state（高） 30';
  const bypassed = '旁路 SIF-101.bypassed 12';
  expect(colours).toEqual([
    ...coloured(places, '黄色', `${unpermitted}，${bypassed}（分值 42，原蓝色`),
    ...coloured(
      places,
      '橙色',
      `${unpermitted}，报警 SIF-101.bypass-overdue/state（高） 30，${bypassed}（分值 72，原黄色`,
    ),
    ...coloured(places, '蓝色', '已无不利因素（分值 0，原橙色'),
  ]);
  expect(events.map(({ kind }) => kind)).toEqual([
    'source.online',
    'bypass.began',
    'bypass.unpermitted',
    ...Array(4).fill('warning-level.raised'),
    'bypass.ended',
    ...Array(2).fill('warning-level.lowered'),
  ]);
  expect(sent).toEqual(kept);
}, 300_000);

it('hot work on a holiday is wrong from its first moment where the ticket was not raised, and only there', async () => {
  const start = Date.now();
  const iso = (ms: number): string => new Date(ms).toISOString();
  const { set, pass, end, tell } = playScenario(`points:
  - { id: GAS-1, source: plant, address: g, kind: gas-combustible, unit: "%LEL", range: { low: 0, high: 100 }, zone: farm }
permits:
  - id: work
    zones: [{ id: farm, detectors: [{ point: GAS-1, gas: methane }] }]
    suspensions:
      - { from: "${iso(start + MINUTE)}", to: "${iso(start + HOUR)}", reason: 国庆节 }
warningLevel:
  - { id: risk, zones: [farm] }
`);
  set({ 'GAS-1': 0 });
  pass(15);
  const now = Date.now();
  const ticket = (id: string, grade: number, version: number, state: 'active' | 'finished' = 'active') =>
    permitAt(now, { id, version, grade, state, zone: zoneId('farm'), sourceTime: Date.now() });
  tell([ticket('H-1', 2, 1), ticket('H-2', 1, 1)]);
  pass(120);
  tell([ticket('H-1', 2, 2, 'finished')]);
  pass(310);
  const { alarms, colours, events, sent, kept } = await end();
  expect(alarms).toEqual(['farm.permit-violation/state raised high', 'farm.permit-violation/state cleared high']);
  const places = ['全厂', '区域 farm'];
  const [wrong, right] = ['作业票 H-1 2 级动火作业 12', '作业票 H-2 1 级动火作业 12'];
  expect(colours).toEqual([
    ...coloured(places, '黄色', `${wrong}，${right}（分值 24，原蓝色`),
    ...coloured(places, '蓝色', `${right}（分值 12，原黄色`),
  ]);
  expect(events.map(({ kind }) => kind)).toEqual([
    'source.online',
    ...Array(2).fill('warning-level.raised'),
    'permit.violation',
    'permit.violation-over',
    ...Array(2).fill('warning-level.lowered'),
  ]);
  const violation = events.find(({ kind }) => kind === 'permit.violation');
  expect(violation?.detail).toMatchObject({ permit: 'H-1', violation: 'not-upgraded', zh: '未升级管理' });
  expect(Math.abs((violation?.time ?? 0) - start - MINUTE)).toBeLessThanOrEqual(1000);
  expect(sent).toEqual(kept);
}, 300_000);

it('lightning during loading gives its advice by tier, and an alarm where loading goes on against it', async () => {
  const { set, pass, end } = playScenario(`points:
  - { id: EFM.peak, source: plant, address: e, kind: electric-field, unit: kV/m }
  - { id: L-1.phase, source: plant, address: ph, kind: state }
  - { id: L-1.grounding, source: plant, address: gr, kind: state }
lightning:
  - { id: LW, raiseAfter: 0s, inputs: [{ kind: field, point: EFM.peak, tiers: [2, 4, 8] }] }
fillings:
  - { id: L-1, zone: loading, phase: { point: L-1.phase, flowing: [flow], over: [idle] }, permissives: { 静电接地: L-1.grounding } }
rules:
  - id: loading-in-storm
    when: value("L-1.filling") && value("LW.stop-loading")
    for: 60s
    priority: critical
    zone: loading
    message: { zh: 雷电预警下仍在装车, en: Loading goes on in a thunderstorm }
warningLevel:
  - { id: risk, zones: [loading] }
`);
  set({ 'EFM.peak': 0.1, 'L-1.phase': 'idle', 'L-1.grounding': true });
  pass(10);
  set({ 'L-1.phase': 'flow' });
  pass(30);
  set({ 'EFM.peak': 2.5 });
  pass(30);
  set({ 'EFM.peak': 4.5 });
  pass(90);
  set({ 'L-1.phase': 'idle' });
  pass(30);
  const { alarms, colours, events, sent, kept } = await end();
  expect(alarms).toEqual([
    'LW.stop-hot-work/state raised high',
    'LW.stop-loading/state raised high',
    'loading-in-storm/state raised critical',
    'loading-in-storm/state cleared critical',
  ]);
  expect(colours).toEqual([
    ...coloured(['全厂'], '黄色', '报警 LW.stop-hot-work/state（高） 20（分值 20，原蓝色'),
    ...coloured(['区域 loading'], '黄色', '报警 loading-in-storm/state（紧急） 40（分值 40，原蓝色'),
  ]);
  expect(events.map(({ kind }) => kind)).toEqual([
    'source.online',
    'lightning.raised',
    'lightning.advice-given',
    'warning-level.raised',
    'lightning.raised',
    'lightning.advice-given',
    'rule.raised',
    'warning-level.raised',
    'filling.finished',
  ]);
  expect(sent).toEqual(kept);
}, 300_000);
