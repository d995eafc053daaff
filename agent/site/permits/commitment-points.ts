import { Flag } from '#agent/model/flags.ts';
import type { PermitWatchDefinition } from '#agent/model/permit-watch.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { RegisterFact } from '#agent/model/register.ts';
import type { Told } from '../shell/derivation-shell.ts';
import { liveCount, undeclaredWork } from './commitment-book.ts';

/** Counters of live work, and how they compare with what was declared for the day. */
export function commitmentPoints(
  { counters, differencePoint, missingPoint }: NonNullable<PermitWatchDefinition['commitment']>,
  active: readonly PermitFact[],
  declared: RegisterFact | undefined,
  quality: Quality,
): readonly Told[] {
  const flags = active.reduce((all, permit) => all | permit.flags, declared?.flags ?? 0) & Flag.sim;
  const isDifferent = declared ? undeclaredWork(counters, active, declared).length > 0 : active.length > 0;
  const isMissing = declared === undefined;
  return [
    ...counters.map((counter) => ({ point: counter.point, value: liveCount(counter, active), quality, flags })),
    { point: differencePoint, value: isDifferent, quality: isDifferent ? GOOD : quality, flags },
    { point: missingPoint, value: isMissing, quality: GOOD, flags },
  ];
}
