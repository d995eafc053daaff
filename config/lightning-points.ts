import type { LightningAdvice } from '#agent/model/lightning.ts';
import type { Point } from '#agent/model/point.ts';
import { SITE_SOURCE } from '#agent/model/source.ts';
import { isMapping } from './collect-files.ts';
import type { Findings } from './findings.ts';
import { knownAdvice } from './lightning-schema.ts';
import { suggest } from './nearest.ts';
import { valueAt } from './place.ts';
import type { Entry, Path } from './place.ts';
import type { ReadLightning } from './read-lightning.ts';

/** The points that a watch tells, as `points:` would write them; their faults stand where the watch can be changed. */
export function lightningPoints({ entry, text, definition }: ReadLightning): readonly Entry[] {
  const { name, tier, holdLeft } = text;
  const point = (place: Path, id: string, keys: Readonly<Record<string, unknown>>): Entry => {
    const alarms = { ...mapping(keys['alarms']), ...mapping(valueAt(entry.value, [...place, 'alarms'])) };
    const common = { id, source: SITE_SOURCE, address: id, staleAfter: `${definition.repeatMs * 3}ms` };
    // The ids of tier and hold come from the watch's.
    const placeOf = (path: Path): Path => (path[0] === 'id' && place.length === 1 ? path : [...place, ...path]);
    return {
      value: { ...common, ...keys, alarms },
      directory: entry.directory,
      at: (path, part) => entry.at(placeOf(path), part),
      label: (path) => entry.label(placeOf(path)),
    };
  };
  return [
    point(['tier'], definition.tierPoint, {
      kind: 'number',
      name: tier.name ?? `${name} 等级`,
      range: { low: 0, high: 3 },
    }),
    ...(definition.holdPoint
      ? [
          point(['holdLeft'], definition.holdPoint, {
            kind: 'number',
            unit: 'min',
            name: holdLeft.name ?? `${name} 剩余保持时间`,
          }),
        ]
      : []),
    ...definition.advice.map((advice, index) => point(['advice', index], advice.point, adviceText(name, advice))),
  ];
}

/** Ids of the points that an entry would have, were it without faults: those who name them are not to blame. */
export function idsOfLightning({ value }: Entry): readonly string[] {
  const id = valueAt(value, ['id']);
  const advice = valueAt(value, ['advice']);
  const own = Array.isArray(advice) ? advice.map((one: unknown) => valueAt(one, ['id'])) : Object.keys(knownAdvice);
  return typeof id === 'string' ? ['tier', 'hold-left', ...own].map((part) => `${id}.${String(part)}`) : [];
}

function adviceText(name: string, { zones, text }: LightningAdvice): Readonly<Record<string, unknown>> {
  const [zone] = zones;
  const where = zones.length > 0 ? { zh: `${zones.join('、')}：`, en: ` in ${zones.join(', ')}` } : { zh: '', en: '' };
  const message = { zh: `雷电预警，${where.zh}${text.zh}`, en: `Lightning: ${text.en}${where.en}` };
  return {
    kind: 'state',
    name: `${name} ${text.zh}`,
    ...(zones.length === 1 && { zone }),
    states: { true: text.zh, false: '无' },
    alarms: { state: { values: [true], priority: 'high', message } },
  };
}

/**
 * What raises tiers must exist and be what it is taken for.
 *
 * @param points those that could be read, but for derived ones
 * @param broken ids of those that exist and have faults of their own
 */
export function checkLightningInputs(
  { entry, definition }: ReadLightning,
  points: readonly Point[],
  broken: ReadonlySet<string>,
  findings: Findings,
): void {
  const known = new Map<string, Point>(points.map((point) => [point.id, point]));
  for (const [index, { kind, point: id }] of definition.inputs.entries()) {
    const point = known.get(id);
    const path = ['inputs', index, 'point'];
    if (!point) {
      if (!broken.has(id))
        findings.errorAt(entry, path, {
          what: `there is no point "${id}"`,
          why: 'the watch looks at its value; a point of another watch is none',
          todo: suggest(id, [...known.keys()], 'correct the id'),
        });
    } else if (kind === 'field' && point.unit !== 'kV/m')
      findings.errorAt(entry, path, {
        what: `point "${id}" ${point.unit === '' ? 'has no unit' : `is in ${point.unit}`}`,
        why: 'the limits are in kV/m',
        todo: 'give it unit kV/m, with a scale where the device tells another',
      });
    else if (kind === 'jumps' && (point.kind === 'state' || point.kind === 'text'))
      findings.errorAt(entry, path, {
        what: `point "${id}" is a ${point.kind}`,
        why: 'flashes are counted',
        todo: 'name a point that counts',
      });
  }
}

const mapping = (value: unknown): Readonly<Record<string, unknown>> => (isMapping(value) ? value : {});
