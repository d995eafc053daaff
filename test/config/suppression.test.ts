import { describe, expect, it } from 'vitest';
import { configOf, head, loadText, point, source } from './site-folder.ts';

const points = `${source}points:
${point('P.run', 'kind: state, alarms: { state: { values: [false] } }')}
${point('P.flow', 'kind: flow, unit: t/h, range: { low: 0, high: 10 }, alarms: { L: 2, LL: 1 }')}
${point('G.lel', 'kind: gas-combustible, unit: "%LEL", safetyRole: gas, range: { low: 0, high: 100 }, alarms: { H: 25 }')}
`;

const rulesOf = (rules: string) => configOf(loadText(`${head}${points}suppression:\n${rules}`)).suppression;

describe('a suppression rule', () => {
  it('of each kind names alarms of the site', () => {
    const rules = rulesOf(`
  - { id: stopped, kind: plant-state, point: P.run, values: [false], alarms: [P.flow/L], why: the pump is stopped }
  - { id: trip, kind: consequence, cause: P.run/state, alarms: [P.flow/L, P.flow/LL], why: the pump has tripped }
  - { id: first, kind: first-out, alarms: [P.flow/L, P.run/state], why: the first one counts }
`);
    expect(rules).toEqual([
      {
        id: 'stopped',
        kind: 'plant-state',
        point: 'P.run',
        values: [false],
        alarms: ['P.flow/L'],
        why: expect.any(String),
      },
      {
        id: 'trip',
        kind: 'consequence',
        cause: 'P.run/state',
        alarms: ['P.flow/L', 'P.flow/LL'],
        why: expect.any(String),
      },
      { id: 'first', kind: 'first-out', alarms: ['P.flow/L', 'P.run/state'], why: expect.any(String) },
    ]);
  });

  it('with a pattern takes each alarm once, and passes over its cause and statutory alarms', () => {
    const [rule] = rulesOf(
      '  - { id: trip, kind: consequence, cause: P.run/state, alarms: [P.flow/L, "*/*"], why: the pump has tripped }\n',
    );
    expect(rule?.alarms).toEqual(['P.flow/L', 'dcs/communication', 'P.flow/LL']);
  });

  it('is not blamed for a point that has a fault of its own', () => {
    const loaded = loadText(`${head}${source}points:
${point('P.run', 'kind: stat')}
suppression:
  - { id: stopped, kind: plant-state, point: P.run, values: [false], alarms: [P.run/state], why: it is stopped }
`);
    expect(loaded.ok ? [] : loaded.errors.map(({ path }) => path)).toEqual(['points[0].kind']);
  });
});

describe('alarms of a site', () => {
  it('may be repeated and belong to a group', () => {
    const text = `${head}${source}points:\n${point('T', 'kind: temperature, unit: °C, range: { low: 0, high: 100 }, alarms: { H: { setpoint: 80, reAlarm: 30m, group: unit 1 } }')}`;
    expect(configOf(loadText(text)).alarms[1]).toMatchObject({ id: 'T/H', reAlarmMs: 1_800_000, group: 'unit 1' });
  });

  it('are shelved as long as their priority allows', () => {
    expect(configOf(loadText(`${head}shelving: { high: 30m, low: 1d }\n`)).shelving).toEqual({
      high: 1_800_000,
      low: 86_400_000,
    });
    expect(configOf(loadText(head)).shelving).toEqual({});
  });
});
