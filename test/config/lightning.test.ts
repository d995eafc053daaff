import { describe, expect, it } from 'vitest';
import { configOf, head, loadText } from './site-folder.ts';

const points = `sources:
  - { id: mill, kind: field-mill, transport: { kind: tcp, host: 192.0.2.7, port: 4001 } }
points:
  - { id: EFM.peak, source: mill, address: peak, kind: electric-field, unit: kV/m }
  - { id: EFM.jumps, source: mill, address: jumps, kind: number }
  - { id: LW.level, source: mill, address: fault, kind: state }
`;
const load = (watch: string) => loadText(`${head}${points}lightning:\n${watch}`);

describe('a lightning watch in YAML', () => {
  it('needs its inputs alone, and says that limits of nobody are defaults', () => {
    const loaded = load(
      '  - { id: L, inputs: [{ kind: field, point: EFM.peak }, { kind: jumps, point: EFM.jumps }] }\n',
    );
    expect(configOf(loaded).derivations.map(({ definition }) => definition)).toEqual([
      {
        id: 'lightning/L',
        inputs: [
          { kind: 'field', point: 'EFM.peak', tiers: [2, 4, 8] },
          { kind: 'jumps', point: 'EFM.jumps', counts: 'interval', atLeast: 2, withinMs: 600_000, tier: 2 },
        ],
        tierPoint: 'L.tier',
        holdPoint: 'L.hold-left',
        advice: [
          { point: 'L.stop-hot-work', fromTier: 1, zones: [], text: { zh: '停止动火作业', en: 'Stop hot work' } },
          { point: 'L.stop-loading', fromTier: 2, zones: [], text: { zh: '停止装卸作业', en: 'Stop loading' } },
        ],
        raiseAfterMs: 3000,
        clearAfterMs: 1_800_000,
        repeatMs: 5000,
      },
    ]);
    expect(loaded.warnings).toMatchObject([
      { path: 'lightning[0].inputs[0]', what: expect.stringContaining('defaults 2, 4, 8 kV/m') },
    ]);
  });

  it('with everything written is taken as it is, without a warning', () => {
    const loaded = load(`  - id: east
    name: 东区雷电
    inputs:
      - { kind: field, point: EFM.peak, tiers: [1.5, 3, 6] }
      - { kind: level, point: LW.level, tiers: { "false": 0, "true": 3 } }
      - { kind: jumps, point: EFM.jumps, counts: total, atLeast: 3, within: 5m, tier: 3 }
    raiseAfter: 5s
    hold: 45m
    tier: { name: 等级, alarms: { H: 1 } }
    advice:
      - { id: stop-loading, fromTier: 1, zones: [loading] }
      - { id: stop-lifting, fromTier: 3, zones: [yard, jetty], text: { zh: 停止吊装, en: Stop lifting } }
`);
    const { derivations, points } = configOf(loaded);
    expect(loaded.warnings).toEqual([]);
    expect(derivations[0]?.definition).toMatchObject({
      inputs: [
        { tiers: [1.5, 3, 6] },
        { tiers: { false: 0, true: 3 } },
        { counts: 'total', withinMs: 300_000, tier: 3 },
      ],
      raiseAfterMs: 5000,
      clearAfterMs: 2_700_000,
      advice: [
        { point: 'east.stop-loading', fromTier: 1, zones: ['loading'], text: { en: 'Stop loading' } },
        { point: 'east.stop-lifting', fromTier: 3, zones: ['yard', 'jetty'] },
      ],
    });
    expect(points.slice(3)).toMatchObject([
      { id: 'east.tier', source: 'site', kind: 'number', name: '等级', range: { low: 0, high: 3 } },
      { id: 'east.hold-left', source: 'site', kind: 'number', unit: 'min' },
      { id: 'east.stop-loading', source: 'site', kind: 'state', name: '东区雷电 停止装卸作业', zone: 'loading' },
      { id: 'east.stop-lifting', source: 'site', kind: 'state' },
    ]);
  });

  it('has alarms for its advice with texts, zone and priority, which a site may change, and none of a connection', () => {
    const loaded = load(`  - id: L
    inputs: [{ kind: field, point: EFM.peak, tiers: [2, 4, 8] }]
    tier: { alarms: { HH: { setpoint: 3, onDelay: 5s } } }
    advice:
      - { id: stop-hot-work, zones: [a, b] }
      - { id: stop-loading, zones: [loading], alarms: { state: { values: [true], priority: critical }, badQuality: {} } }
`);
    const { alarms, sources } = configOf(loaded);
    expect(sources.map(({ id }) => id)).toEqual(['mill']);
    expect(alarms.map(({ id, priority }) => `${id} ${priority}`)).toEqual([
      'mill/communication high',
      'L.tier/HH high',
      'L.stop-hot-work/state high',
      'L.stop-loading/state critical',
      'L.stop-loading/bad-quality low',
    ]);
    expect(alarms[1]).toMatchObject({ source: 'site', onDelayMs: 5000 });
    expect(alarms[2]).toMatchObject({
      condition: { kind: 'state', values: [true] },
      message: { zh: '雷电预警，a、b：停止动火作业', en: 'Lightning: Stop hot work in a, b' },
    });
    expect(alarms[2]).not.toHaveProperty('zone');
    expect(alarms[3]).toMatchObject({ zone: 'loading' });
  });

  it('may be named by suppression rules, deviations and filters like any other', () => {
    const loaded = loadText(`${head}${points}lightning:
  - { id: L, inputs: [{ kind: level, point: LW.level, tiers: { "false": 0, "true": 3 } }] }
suppression:
  - { id: drill, kind: plant-state, point: L.tier, values: [1], alarms: [L.stop-loading/state], why: a drill }
`);
    expect(configOf(loaded).suppression).toMatchObject([{ point: 'L.tier', alarms: ['L.stop-loading/state'] }]);
  });
});
