import { describe, expect, it } from 'vitest';
import { expression, outgoingExpression } from '#config/expression.ts';
import { gcj02 } from '#config/gcj02.ts';
import type { MappedField } from '#agent/model/mapping-profile.ts';
import { mapField } from '#agent/uplink/platform/map-field.ts';
import type { FieldContext } from '#agent/uplink/platform/map-field.ts';
import { systemClock } from '#agent/model/clock.ts';
import { createHeadcount } from '#agent/site/headcount/headcount.ts';
import { configOf, head, loadText } from './site-folder.ts';

/** WGS84 and GCJ-02 as the tests of eviltransform hold them, which shares no code with the library used here. */
const golden = [
  { place: 'Shanghai', lon: 121.5272106, lat: 31.1774276, shifted: [121.531541859215, 31.17530398364597] },
  { place: 'Shenzhen', lon: 113.912316, lat: 22.543847, shifted: [113.9171764808363, 22.540796131694766] },
  { place: 'Beijing', lon: 116.377817, lat: 39.911954, shifted: [116.38404722455657, 39.91334545536069] },
] as const;

const field = (from: string): MappedField => ({
  name: 'longitude',
  from: outgoingExpression('a field').parse(from),
  as: 'number',
  isRequired: false,
  isKept: false,
  confidence: 'high',
});
const context: FieldContext = {
  profile: { zone: '+08:00', time: 'ms' },
  company: '370600001',
  lengths: { company: 9, hazard: 12, equipment: 17, target: 20 },
};

describe('GCJ-02', () => {
  it.each(golden)('shifts $place as public maps do, to a tenth of a millimetre', ({ lon, lat, shifted }) => {
    const at = gcj02({ lon, lat });
    expect(at.lon).toBeCloseTo(shifted[0], 9);
    expect(at.lat).toBeCloseTo(shifted[1], 9);
  });

  it('shifts nothing outside of China', () => {
    expect(gcj02({ lon: 2.35, lat: 48.85 })).toEqual({ lon: 2.35, lat: 48.85 });
  });

  it('goes out in the fields of a platform, and a record without a place has none', () => {
    const [{ lon, lat, shifted }] = golden;
    const of = (from: string, view: unknown) => mapField(field(from), view, context);
    expect(of('gcj02(detail.lon, detail.lat).lon', { detail: { lon, lat } })).toBeCloseTo(shifted[0], 9);
    expect(of('gcj02(detail.lon, detail.lat).lat', { detail: { lon, lat } })).toBeCloseTo(shifted[1], 9);
    expect(of('gcj02(detail.lon, detail.lat).lat', { detail: {} })).toBeUndefined();
  });

  it('can not be written where something is read, for that is judged', () => {
    const read = expression('East').safeParse('gcj02(lon, lat).lon');
    expect(read.success).toBe(false);
    expect(JSON.stringify(read.error)).toContain('is judged');
  });

  it('moves no zone where a headcount shows it', () => {
    const load = (more: string) => {
      const yaml = `${head}headcount: [{ id: people${more}, zones: [{ id: a, polygon: [[121.3, 29.9], [121.31, 29.9], [121.31, 29.91]] }] }]\n`;
      const [one] = configOf(loadText(yaml)).derivations;
      return one?.kind === 'headcount' ? one.definition : undefined;
    };
    const [plain, shown] = [load(''), load(', displayCoordinates: gcj02')];
    expect(plain?.gcj02).toBeUndefined();
    expect(shown?.gcj02?.({ lon: 121.5272106, lat: 31.1774276 }).lon).toBeCloseTo(121.531541859215, 9);
    expect(shown?.zones[0]?.rings).toEqual(plain?.zones[0]?.rings);
    expect(shown?.origin).toEqual(plain?.origin);
    // The outline is there twice: to be judged, and to be drawn on a public map.
    const corner = gcj02({ lon: 121.31, lat: 29.9 });
    const [lon, lat] = shown?.zones[0]?.ringsGcj02?.[0]?.[1] ?? [];
    expect(lon).toBeCloseTo(corner.lon, 6);
    expect(lat).toBeCloseTo(corner.lat, 6);
    expect(plain?.zones[0]?.ringsGcj02).toBeUndefined();
    const view = shown && createHeadcount(shown, systemClock, { key: 'k'.repeat(43) }).view?.();
    expect(view).toMatchObject({ zones: [{ ringsGcj02: shown?.zones[0]?.ringsGcj02 }] });
  });
});
