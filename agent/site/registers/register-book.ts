import type { RegisterEntry, RegisterFact, RegisterKind } from '#agent/model/register.ts';
import type { RegisterShape } from '#agent/model/register-watch.ts';
import { inspectionDue, isMajorDanger, isOpenDanger, isOverdueDanger } from './overdue.ts';
import { registerTime } from './register-time.ts';

/** One record as it stands, and when it was last told to the journal. Plain JSON. */
export interface KnownEntry {
  readonly entry: RegisterEntry;
  /** UTC ms. */
  readonly toldAt: number;
}

/** What became of a version. */
type Taken = 'news' | 'known' | 'older' | 'conflict';

const MOST_RECORDS = 20_000;
const DAY_MS = 86_400_000;
/** What is over is forgotten after this time: the journal has it, and an old version must not bring it back at once. */
const KEEP_OVER_MS = 30 * DAY_MS;
const TELL_AGAIN_MS = 30 * DAY_MS;
const TOLD_AT_ONCE = 200;

/** Names a record among all registers. */
export const entryKey = (entry: RegisterEntry): string =>
  `${entry.kind === 'permit' ? 'permit' : entry.register}/${entry.id}`;

/** Records by register and id: the newest version of each. */
export class RegisterBook {
  readonly #known: Map<string, KnownEntry>;
  readonly #changed = new Set<string>();

  constructor(known: ReadonlyMap<string, KnownEntry> = new Map()) {
    this.#known = new Map(known);
  }

  take(entry: RegisterEntry, now: number): Taken {
    const key = entryKey(entry);
    const before = this.#known.get(key)?.entry;
    if (before && before.version > entry.version) return 'older';
    if (before?.version === entry.version) return isSame(before, entry) ? 'known' : 'conflict';
    this.#known.set(key, { entry, toldAt: now });
    this.#changed.add(key);
    return 'news';
  }

  /** Names what had to give way: the books hold so many. */
  forget(shape: RegisterShape, now: number): readonly string[] {
    const newest = this.#newestChecks(shape);
    const over = [...this.#known].filter(([key, { entry }]) => isOver(key, entry, newest));
    for (const [key, { entry }] of over) if (entry.receiveTime + KEEP_OVER_MS < now) this.#drop(key);
    const excess = this.#known.size - MOST_RECORDS;
    if (excess <= 0) return [];
    const byAge = (one: [string, KnownEntry], other: [string, KnownEntry]): number =>
      one[1].entry.receiveTime - other[1].entry.receiveTime;
    const finished = over.filter(([key]) => this.#known.has(key)).toSorted(byAge);
    const rest = [...this.#known].filter(([key]) => !finished.some(([one]) => one === key)).toSorted(byAge);
    const dropped = [...finished, ...rest].slice(0, excess);
    for (const [key] of dropped) this.#drop(key);
    return dropped.slice(finished.length).map(([key]) => key);
  }

  /** Some of those that the journal was told long ago; they count as told from now on. */
  toTellAgain(now: number): readonly RegisterEntry[] {
    const due = [...this.#known].filter(([, { toldAt }]) => toldAt + TELL_AGAIN_MS <= now).slice(0, TOLD_AT_ONCE);
    for (const [key, { entry }] of due) {
      this.#known.set(key, { entry, toldAt: now });
      this.#changed.add(key);
    }
    return due.map(([, { entry }]) => entry);
  }

  /** What is to be stored: a record, or undefined where it was forgotten. */
  drainChanges(): readonly { readonly key: string; readonly value: KnownEntry | undefined }[] {
    const changes = [...this.#changed].map((key) => ({ key, value: this.#known.get(key) }));
    this.#changed.clear();
    return changes;
  }

  get all(): ReadonlyMap<string, KnownEntry> {
    return this.#known;
  }

  /** Records of one register that are not deleted. */
  of(register: RegisterKind): readonly RegisterFact[] {
    return [...this.#known.values()].flatMap(({ entry }) =>
      entry.kind === 'register' && entry.register === register && !entry.isDeleted ? [entry] : [],
    );
  }

  /** What is late or open at `now`. */
  figures(shape: RegisterShape, now: number, graceMs: number): RegisterFigures {
    const checks = this.#newestChecks(shape);
    const dangers = this.of('hidden-danger').filter((danger) => isOpenDanger(danger, shape));
    return {
      overdueInspections: this.of('inspection-task').filter((task) => {
        const due = inspectionDue(task, checks.get(task.id)?.time, shape, now);
        return due !== undefined && now > due + graceMs;
      }),
      openDangers: dangers,
      majorDangers: dangers.filter((danger) => isMajorDanger(danger, shape)),
      overdueDangers: dangers.filter((danger) => isOverdueDanger(danger, shape, now)),
      orphans: [...this.#known.values()].flatMap(({ entry }) =>
        entry.kind === 'register' && this.#isOrphan(entry, shape) ? [entry] : [],
      ),
    };
  }

  #isOrphan({ register, parent, isDeleted }: RegisterFact, { registers }: RegisterShape): boolean {
    if (isDeleted || parent === undefined) return false;
    const parents = registers[register]?.parents ?? [];
    return !parents.some((kind) => this.#known.get(`${kind}/${parent}`)?.entry.isDeleted === false);
  }

  /** The newest inspection record of each task, by the task's id. */
  #newestChecks(shape: RegisterShape): ReadonlyMap<string, { readonly key: string; readonly time: number }> {
    const newest = new Map<string, { key: string; time: number }>();
    for (const record of this.of('inspection-record')) {
      const time = registerTime(record.fields[shape.inspection.checked], shape.zone) ?? record.sourceTime;
      const task = record.parent ?? '';
      if ((newest.get(task)?.time ?? Number.NEGATIVE_INFINITY) < time)
        newest.set(task, { key: entryKey(record), time });
    }
    return newest;
  }

  #drop(key: string): void {
    this.#known.delete(key);
    this.#changed.add(key);
  }
}

export interface RegisterFigures {
  readonly overdueInspections: readonly RegisterFact[];
  readonly openDangers: readonly RegisterFact[];
  readonly majorDangers: readonly RegisterFact[];
  readonly overdueDangers: readonly RegisterFact[];
  /** Records whose parent is not known. */
  readonly orphans: readonly RegisterFact[];
}

/** Nothing will be asked of it again: deleted, ended, or an inspection that is not the last of its task. */
function isOver(key: string, entry: RegisterEntry, newest: ReadonlyMap<string, { readonly key: string }>): boolean {
  if (entry.isDeleted) return true;
  if (entry.kind === 'permit') return entry.state === 'finished' || entry.state === 'cancelled';
  if (entry.register === 'inspection-record') return newest.get(entry.parent ?? '')?.key !== key;
  return entry.register === 'safety-commitment';
}

/** The same words; when it came and how often it was told is no matter. */
const isSame = (one: RegisterEntry, other: RegisterEntry): boolean => wordsOf(one) === wordsOf(other);

function wordsOf(entry: RegisterEntry): string {
  const words = { ...entry, receiveTime: 0, sourceTime: 0, flags: 0, source: '' };
  return JSON.stringify(words, Object.keys(flat(words)).toSorted());
}

/** Every key at any depth, for a text in which the order of keys is no matter. */
function flat(value: unknown): Record<string, true> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.entries(value).reduce<Record<string, true>>(
    (keys, [key, inner]) => Object.assign(keys, { [key]: true }, flat(inner)),
    {},
  );
}
