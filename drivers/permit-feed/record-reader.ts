import type { Expression } from '#config/expression.ts';
import { asNumber, asText, asTime, asTruth } from '../json-feed/told-value.ts';

/** What is wrong with one record; it is told, and the others are read. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused';
}

const COMPACT = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;
/** No ticket is older. UTC ms. */
const EARLIEST = 946_684_800_000;

/** Reads the fields of one record. Throws {@link RecordRefused} for what is missing or means nothing. */
export class RecordReader {
  readonly #record: unknown;
  readonly #zone: string | undefined;

  constructor(record: unknown, zone: string | undefined) {
    this.#record = record;
    this.#zone = zone;
  }

  of(expression: Expression | undefined): unknown {
    return expression?.of(this.#record) ?? undefined;
  }

  text(name: string, expression: Expression): string {
    return this.optionalText(expression) ?? this.#refuse(name, expression);
  }

  optionalText(expression: Expression | undefined): string | undefined {
    return asText(this.of(expression));
  }

  /** A whole number that rises with each change. */
  version(expression: Expression): number {
    const version = asNumber(this.of(expression));
    return version !== undefined && Number.isSafeInteger(version) ? version : this.#refuse('version', expression);
  }

  optionalNumber(name: string, expression: Expression | undefined): number | undefined {
    const value = this.of(expression);
    if (value === undefined || value === '') return undefined;
    return asNumber(value) ?? this.#refuse(name, expression);
  }

  /** UTC ms; also of the form 20260131235959. */
  time(name: string, expression: Expression): number {
    return this.optionalTime(name, expression) ?? this.#refuse(name, expression);
  }

  optionalTime(name: string, expression: Expression | undefined): number | undefined {
    const value = this.of(expression);
    if (value === undefined || value === '') return undefined;
    const text = asText(value) ?? '';
    const plain = COMPACT.test(text) ? text.replace(COMPACT, '$1-$2-$3T$4:$5:$6') : value;
    const time = asTime(plain, this.#zone);
    return time !== undefined && time >= EARLIEST ? time : this.#refuse(name, expression);
  }

  truth(name: string, expression: Expression | undefined): boolean {
    const value = this.of(expression);
    if (value === undefined || value === '') return false;
    return asTruth(value) ?? this.#refuse(name, expression);
  }

  /** One of the words of a table. An unknown one is refused: a default would hide what somebody meant. */
  word<Word>(name: string, expression: Expression, table: Readonly<Record<string, Word>>): Word {
    const told = this.text(name, expression);
    const word = Object.hasOwn(table, told) ? table[told] : undefined;
    return word ?? this.#refuse(name, expression);
  }

  list(name: string, expression: Expression | undefined): readonly unknown[] {
    const value = this.of(expression);
    if (value === undefined || value === '') return [];
    return Array.isArray(value) && value.length <= 1000 ? value : this.#refuse(name, expression);
  }

  texts(name: string, expression: Expression | undefined): readonly string[] {
    return this.list(name, expression).map((one) => asText(one) ?? this.#refuse(name, expression));
  }

  /** A list of texts, or one; none where there is nothing. */
  oneOrTexts(name: string, expression: Expression): readonly string[] {
    if (Array.isArray(this.of(expression))) return this.texts(name, expression);
    const one = this.optionalText(expression);
    return one === undefined ? [] : [one];
  }

  #refuse(name: string, expression: Expression | undefined): never {
    const told = JSON.stringify(this.of(expression) ?? null).slice(0, 80);
    throw new RecordRefused(`${name} (${expression?.text ?? ''}) is ${told}`);
  }
}
