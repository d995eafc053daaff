import { pointId } from '#agent/model/ids.ts';
import { groundOf, placed } from '#agent/model/placement.ts';
import type { Affine, GroundPoint, Origin } from '#agent/model/placement.ts';
import type { SurveyDefinition } from '#agent/model/survey.ts';
import { tagId } from '#agent/model/tag.ts';
import type { TagId } from '#agent/model/tag.ts';
import type { Reading } from '../../check-entry.ts';
import { suggest } from '../../nearest.ts';
import type { Entry } from '../../place.ts';
import type { HeadcountText } from './schema.ts';

/** Where the tags of a survey hang. Faults stand at the tag. */
export function readSurvey(
  { id, survey }: HeadcountText,
  { maps, origin }: { readonly maps: ReadonlyMap<string, Affine>; readonly origin: Origin },
  entry: Entry,
  { findings }: Reading,
): SurveyDefinition | undefined {
  if (!survey) return undefined;
  const tags = new Map<TagId, GroundPoint>();
  for (const [index, { tag, map, x, y }] of survey.tags.entries()) {
    const affine = maps.get(map);
    if (map !== 'wgs84' && !affine)
      findings.errorAt(entry, ['survey', 'tags', index, 'map'], {
        what: `there is no map "${map}"`,
        why: 'the surveyed place is in its metres',
        todo: suggest(map, [...maps.keys(), 'wgs84'], 'correct the id'),
      });
    if (tags.has(tagId(tag)))
      findings.errorAt(entry, ['survey', 'tags', index, 'tag'], {
        what: `tag "${tag}" is there already`,
        why: 'a tag hangs at one place',
        todo: 'delete one of them',
      });
    tags.set(tagId(tag), affine ? placed(x, y, affine) : groundOf(x, y, origin));
  }
  const point = (name: string) => pointId(`${id}.accuracy-${name}`);
  return {
    tags,
    windowMs: survey.window,
    points: {
      p50: point('p50'),
      p95: point('p95'),
      max: point('max'),
      fixes: point('fixes'),
      interval: point('interval'),
    },
  };
}
