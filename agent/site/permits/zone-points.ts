import { Flag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import { violationKinds } from '#agent/model/permit-watch.ts';
import type { PermitWatchDefinition, PermitZone } from '#agent/model/permit-watch.ts';
import { workKinds } from '#agent/model/permit.ts';
import { GOOD, uncertain } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Told } from '../shell/derivation-shell.ts';
import type { Judged } from './permit-view.ts';

/** What the points rest on. */
export interface Known {
  /** Of the list of permits. */
  readonly quality: Quality;
  readonly judged: readonly Judged[];
  /** False shortly after a start, when points were not read yet. */
  readonly isSettledIn: boolean;
  readonly flagsOf: (point: PointId) => number;
}

/** How one zone stands. What is wrong is certain; that nothing is wrong is as certain as the list of permits. */
export function zoneTold(zone: PermitZone, { quality, isSettledIn, judged, flagsOf }: Known): readonly Told[] {
  const here = judged.filter(({ fact }) => fact.zone === zone.id);
  const flags = flagsIn(here) | zone.detectors.reduce((all, { point }) => all | flagsOf(point), 0);
  const priorities = here.flatMap(({ violations }) => violations.map(({ kind }) => violationKinds[kind].priority));
  const active = here.filter(({ isActive }) => isActive);
  const claim = (point: PointId, isWrong: boolean, otherwise = quality): Told => ({
    point,
    value: isWrong,
    quality: isWrong ? GOOD : otherwise,
    flags,
  });
  return [
    claim(zone.violationPoint, priorities.includes('high') || priorities.includes('critical')),
    claim(zone.criticalPoint, priorities.includes('critical')),
    claim(zone.unjudgedPoint, priorities.includes('medium'), isSettledIn ? quality : uncertain('not-yet-read')),
    { point: zone.countPoint, value: priorities.length, quality, flags },
    { point: zone.activePoint, value: active.length, quality, flags },
    ...workKinds.map((work) => ({
      point: zone.activeByWork[work],
      value: active.filter(({ fact }) => fact.work === work).length,
      quality,
      flags,
    })),
  ];
}

/** Whether work goes on in no zone that is known here. */
export function astrayTold({ astrayPoint, zones }: PermitWatchDefinition, { quality, judged }: Known): Told {
  const astray = judged.filter(({ fact, isActive }) => isActive && !zones.some(({ id }) => id === fact.zone));
  return {
    point: astrayPoint,
    value: astray.length > 0,
    quality: astray.length > 0 ? GOOD : quality,
    flags: flagsIn(astray),
  };
}

const flagsIn = (judged: readonly Judged[]): number => judged.reduce((all, { fact }) => all | fact.flags, 0) & Flag.sim;
