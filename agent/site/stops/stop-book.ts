import type { RegisterFact } from '#agent/model/register.ts';
import type { StopKind, StopWatchDefinition } from '#agent/model/stop.ts';
import { declaredTime } from './declared-time.ts';

/** One declaration as far as it is understood. UTC ms. */
export interface DeclaredStop {
  readonly id: string;
  readonly kind: StopKind;
  readonly from: number;
  readonly planned?: number;
  readonly end?: number;
  readonly flags: number;
}

const MOST_RECORDS = 64;

/** The declarations of one device, the newest version of each. */
export class StopBook {
  readonly #definition: StopWatchDefinition;
  #records: readonly RegisterFact[];

  constructor(definition: StopWatchDefinition, records: readonly RegisterFact[] = []) {
    this.#definition = definition;
    this.#records = records;
  }

  /** False for what is about another device, or is known. */
  take(fact: RegisterFact): boolean {
    const { device, fields } = this.#definition;
    const known = this.#records.find(({ id }) => id === fact.id);
    const isOurs = String(fact.fields[fields.device] ?? '') === device;
    // A deletion may come without its fields.
    if ((!isOurs && !known) || (known && known.version >= fact.version)) return false;
    this.#records = [...this.#records.filter((one) => one !== known), { ...fact, isDeleted: fact.isDeleted || !isOurs }]
      .toSorted((one, other) => this.#from(one) - this.#from(other) || (one.id < other.id ? -1 : 1))
      .slice(-MOST_RECORDS);
    return true;
  }

  get all(): readonly RegisterFact[] {
    return this.#records;
  }

  /** What holds at a time; one whose planned end has passed holds until it is ended. */
  at(time: number): DeclaredStop | undefined {
    const { fields, kinds } = this.#definition;
    const record = this.#records.findLast((one) => {
      const [from, end] = [this.#from(one), declaredTime(one.fields[fields.end])];
      return !one.isDeleted && from <= time && (end === undefined || time < end);
    });
    if (!record) return undefined;
    const [planned, end] = [declaredTime(record.fields[fields.planned]), declaredTime(record.fields[fields.end])];
    return {
      id: record.id,
      kind: kinds[String(record.fields[fields.kind] ?? '')] ?? 'stopped',
      from: this.#from(record),
      ...(planned !== undefined && { planned }),
      ...(end !== undefined && { end }),
      flags: record.flags,
    };
  }

  /** A declaration without a readable beginning declares nothing. */
  #from({ fields }: RegisterFact): number {
    return declaredTime(fields[this.#definition.fields.from]) ?? Number.POSITIVE_INFINITY;
  }
}
