import type { LightningAdvice } from '#agent/model/lightning.ts';
import { SITE_SOURCE } from '#agent/model/source.ts';
import { mappingOf } from '../../mapping.ts';
import type { Findings } from '../../findings.ts';
import { knownAdvice } from './schema.ts';
import { valueAt } from '../../place.ts';
import type { Entry, Path } from '../../place.ts';
import { checkInput, pointBelow } from '../derived-section.ts';
import type { KnownPoints } from '../derived-section.ts';
import type { ReadLightning } from './read.ts';

/** The points that a watch tells, as `points:` would write them; their faults stand where the watch can be changed. */
export function lightningPoints({ entry, text, definition }: ReadLightning): readonly Entry[] {
  const { name, tier, holdLeft } = text;
  const point = (place: Path, id: string, keys: Readonly<Record<string, unknown>>): Entry => {
    const alarms = { ...mappingOf(keys['alarms']), ...mappingOf(valueAt(entry.value, [...place, 'alarms'])) };
    const common = { id, source: SITE_SOURCE, address: id, staleAfter: `${definition.repeatMs * 3}ms` };
    const below = pointBelow(entry, place, { ...common, ...keys, alarms });
    // The ids of tier and hold come from the watch's.
    const isIdOfWatch = (path: Path): boolean => path[0] === 'id' && place.length === 1;
    return {
      ...below,
      at: (path, part) => (isIdOfWatch(path) ? entry : below).at(path, part),
      label: (path) => (isIdOfWatch(path) ? entry : below).label(path),
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

/** What raises tiers must exist and be what it is taken for. */
export function checkLightningInputs(
  { entry, definition }: ReadLightning,
  known: KnownPoints,
  findings: Findings,
): void {
  for (const [index, { kind, point }] of definition.inputs.entries()) {
    const at = { entry, path: ['inputs', index, 'point'], id: point };
    if (kind === 'field') checkInput(at, { why: 'the limits are in kV/m', units: ['kV/m'] }, known, findings);
    else if (kind === 'jumps') checkInput(at, { why: 'flashes are counted', isNumber: true }, known, findings);
    else checkInput(at, { why: 'the watch looks at its value' }, known, findings);
  }
}
