import type { CommitmentUnits } from '#agent/model/permit-watch.ts';
import type { PointId } from '#agent/model/ids.ts';
import { GOOD, uncertain } from '#agent/model/quality.ts';
import type { RegisterFact } from '#agent/model/register.ts';
import { together } from '../shell/contact.ts';
import type { ContactReading } from '../shell/contact.ts';
import type { Told } from '../shell/derivation-shell.ts';
import type { CommitmentDifference } from './commitment-book.ts';

type ContactOf = (point: PointId) => ContactReading;

/** How many units are surely so, and of how many it is not known. */
function countOf({ running }: CommitmentUnits, counts: 'running' | 'stopped', contact: ContactOf) {
  const states = running.map(({ point }) => contact(point).isOn);
  return {
    live: states.filter((isOn) => isOn === (counts === 'running')).length,
    unknown: states.filter((isOn) => isOn === undefined).length,
  };
}

/** Declared numbers that no state of the units which are not known would make right. A field that is not told declares nothing. */
export function unitDifferences(
  units: CommitmentUnits,
  contact: ContactOf,
  declared: RegisterFact | undefined,
): readonly CommitmentDifference[] {
  return units.counters.flatMap(({ field, counts }) => {
    const told = declared?.fields[field];
    const number = told === undefined || told === null || told === '' ? Number.NaN : Number(told);
    const { live, unknown } = countOf(units, counts, contact);
    const isDifferent = Number.isFinite(number) && (number < live || number > live + unknown);
    return isDifferent ? [{ field, live, declared: number }] : [];
  });
}

/** How many units run and stand still, and whether the commitment of the day says so. */
export function unitPoints(
  units: CommitmentUnits,
  contact: ContactOf,
  declared: RegisterFact | undefined,
): readonly Told[] {
  const { quality, flags } = together(units.running.map(({ point }) => contact(point)));
  const isDifferent = unitDifferences(units, contact, declared).length > 0;
  const doubt = declared ? quality : uncertain('not-yet-read');
  return [
    ...units.counters.map(({ point, counts }) => ({
      point,
      value: countOf(units, counts, contact).live,
      quality,
      flags,
    })),
    { point: units.differencePoint, value: isDifferent, quality: isDifferent ? GOOD : doubt, flags },
  ];
}
