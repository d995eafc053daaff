import type { Text } from '#agent/model/alarm.ts';
import type { LoopCheck } from '#agent/model/loop-check.ts';

/**
 * - `passed`, `failed`: seen by this run.
 * - `by-hand`: this run can not see it; a person has to, and signs for it. It does not count as passed.
 * - `measured`: a figure for which no limit is known; it is told and decides nothing.
 * - `not-checked`: nobody has compared the point with its instrument. It is told; a site may be accepted without.
 */
export type Verdict = 'passed' | 'failed' | 'by-hand' | 'measured' | 'not-checked';

/** One thing that was tried. */
export interface Check {
  /** What it is about: id of a point, an alarm, a source, a receiver. */
  readonly subject: string;
  readonly name: string;
  readonly verdict: Verdict;
  /** What was done and what was seen; for a failure what was expected, and what to do. */
  readonly found: Text;
  /** Of the part `loops`: what a person recorded at the instrument, in `unit`. */
  readonly comparison?: LoopCheck & { readonly unit: string };
}

export type PartName =
  | 'configuration'
  | 'box'
  | 'points'
  | 'loops'
  | 'positioning'
  | 'alarms'
  | 'outage'
  | 'receivers'
  | 'restart';

export interface Part {
  readonly name: PartName;
  readonly checks: readonly Check[];
}

/** Everything that the report says. */
export interface Acceptance {
  readonly site: { readonly id: string; readonly name: string; readonly timezone: string };
  readonly version: string;
  readonly host: string;
  /** UTC ms. */
  readonly begun: number;
  readonly ended: number;
  /** SHA-256 of each file of the configuration, in hexadecimal. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly parts: readonly Part[];
  /** Who ran it and for whom, where they were named. */
  readonly by?: string;
}

export const passed = (subject: string, name: string, found: Text): Check => ({
  subject,
  name,
  verdict: 'passed',
  found,
});

export const failed = (subject: string, name: string, found: Text): Check => ({
  subject,
  name,
  verdict: 'failed',
  found,
});

const decidesNothing: ReadonlySet<Verdict> = new Set(['measured', 'not-checked']);

/** A site is accepted when every single thing that was tried passed, and something was. */
export function isAccepted({ parts }: Pick<Acceptance, 'parts'>): boolean {
  const tried = parts.flatMap(({ checks }) => checks).filter(({ verdict }) => !decidesNothing.has(verdict));
  return tried.length > 0 && tried.every(({ verdict }) => verdict === 'passed');
}

export const countOf = (checks: readonly Check[], verdict: Verdict): number =>
  checks.filter((check) => check.verdict === verdict).length;

/** What a person saw, by subject. Turns `by-hand` into `passed`, with the person's words; a failure stays one. */
export const confirmed = (check: Check, words: ReadonlyMap<string, string>): Check => {
  const said = words.get(check.subject);
  if (check.verdict !== 'by-hand' || said === undefined) return check;
  const found = { zh: `人工确认：${said}`, en: `confirmed by hand: ${said}` };
  return { ...check, verdict: 'passed', found };
};
