import type { CommitmentCounter } from '#agent/model/permit-watch.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import type { RegisterFact } from '#agent/model/register.ts';

const MOST_RECORDS = 16;
const CHINA_OFFSET_MS = 8 * 3_600_000;
const dayOf = (time: number): number => Math.floor((time + CHINA_OFFSET_MS) / 86_400_000);

/** How many permits of a counter's kind and grade are at work, and how many were declared. */
export interface CommitmentDifference {
  readonly field: string;
  readonly live: number;
  readonly declared: number;
}

/** The daily safety commitments (安全承诺) that people declared. */
export class CommitmentBook {
  #records: readonly RegisterFact[];

  constructor(records: readonly RegisterFact[] = []) {
    this.#records = records;
  }

  take(fact: RegisterFact): void {
    const known = this.#records.find(({ id }) => id === fact.id);
    if (known && known.version >= fact.version) return;
    this.#records = [...this.#records.filter((one) => one !== known), fact]
      .toSorted((one, other) => one.sourceTime - other.sourceTime || (one.id < other.id ? -1 : 1))
      .slice(-MOST_RECORDS);
  }

  get all(): readonly RegisterFact[] {
    return this.#records;
  }

  /** What holds on the day of `time` in China. */
  of(time: number): RegisterFact | undefined {
    return this.#records.findLast(({ isDeleted, sourceTime }) => !isDeleted && dayOf(sourceTime) === dayOf(time));
  }
}

export const liveCount = ({ work, grade }: CommitmentCounter, active: readonly PermitFact[]): number =>
  active.filter((permit) => permit.work === work && (grade === undefined || permit.grade === grade)).length;

/** More live work than was declared. A counter that is absent or no number declares nothing. */
export function undeclaredWork(
  counters: readonly CommitmentCounter[],
  active: readonly PermitFact[],
  { fields }: RegisterFact,
): readonly CommitmentDifference[] {
  return counters.flatMap((counter) => {
    const declared = Number(fields[counter.field] ?? 0);
    const live = liveCount(counter, active);
    return live > (Number.isFinite(declared) ? declared : 0) ? [{ field: counter.field, live, declared }] : [];
  });
}
