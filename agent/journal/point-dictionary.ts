import type { Database } from 'better-sqlite3';
import { pointId, type PointId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';

/** Points as small numbers, so that a block doesn't repeat their names. Numbers are given once and never change. */
export class PointDictionary {
  readonly #numbers = new Map<PointId, number>();
  readonly #points = new Map<number, PointId>();
  readonly #unsaved: PointId[] = [];
  /** Of records that are still in memory: they are counted, stored, and packed later. */
  readonly #found = new WeakMap<readonly Sample[], Uint32Array>();
  readonly #insert;
  #highest = 0;

  constructor(database: Database) {
    const rows = database.prepare<[], { number: number; id: string }>('SELECT number, id FROM point').all();
    for (const { number, id } of rows) this.#remember(pointId(id), number);
    this.#insert = database.prepare<[number, string]>('INSERT OR IGNORE INTO point (number, id) VALUES (?, ?)');
  }

  /** A new point gets the next number; `save()` must run in the transaction that stores the block. */
  readonly numberOf = (point: PointId): number => {
    const known = this.#numbers.get(point);
    if (known !== undefined) return known;
    this.#unsaved.push(point);
    return this.#remember(point, this.#highest + 1);
  };

  /** `numberOf` for each sample of a record, looked up once however often it is asked for. */
  readonly numbersOf = (samples: readonly Sample[]): Uint32Array => {
    const known = this.#found.get(samples);
    if (known !== undefined) return known;
    const numbers = new Uint32Array(samples.length);
    for (let i = 0; i < samples.length; i++) {
      const sample = samples[i];
      if (sample !== undefined) numbers[i] = this.numberOf(sample.point);
    }
    this.#found.set(samples, numbers);
    return numbers;
  };

  /** undefined for a point that has never had a sample. */
  readonly known = (point: PointId): number | undefined => this.#numbers.get(point);

  readonly pointOf = (number: number): PointId => {
    const point = this.#points.get(number);
    if (point === undefined) throw new RangeError(`block refers to point number ${number}, which the dictionary lacks`);
    return point;
  };

  /** Writes new entries. They stay marked until `saved()`, so that a transaction rolled back loses none. */
  save(): void {
    for (const point of this.#unsaved) this.#insert.run(this.numberOf(point), point);
  }

  saved(): void {
    this.#unsaved.length = 0;
  }

  #remember(point: PointId, number: number): number {
    this.#numbers.set(point, number);
    this.#points.set(number, point);
    this.#highest = Math.max(this.#highest, number);
    return number;
  }
}
