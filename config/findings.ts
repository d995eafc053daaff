import type { Fault } from './fault.ts';
import type { Entry, Path, Place } from './place.ts';

/** One fault of a configuration, with its place. */
export interface Finding extends Fault, Place {
  /** The key at fault, e.g. `points[3].range.low`; empty when it is the file as a whole. */
  readonly path: string;
}

/** `file:line:column path: what; why; what to do` */
export function formatFinding(finding: Finding): string {
  const { file, line, column, path, what, why, todo } = finding;
  return `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${[what, why, todo].filter(Boolean).join('; ')}`;
}

/** More faults than this are not kept: a wrong column in a list of 100,000 points would bury the rest. */
const MOST_KEPT = 2000;

const SHORTEST_HIDDEN = 4;

/** Collects every fault of every file, so that an integrator sees all of them at once. */
export class Findings {
  readonly #errors: Finding[] = [];
  readonly #warnings: Finding[] = [];
  readonly #told = new Set<string>();
  readonly #hidden = new Map<string, string>();
  /** Errors found, the ones beyond {@link MOST_KEPT} included. */
  errorCount = 0;

  /** What a reference led to is never printed: the reference stands in its place. Very short texts are no secret. */
  hide(text: string, reference: string): void {
    if (text.length >= SHORTEST_HIDDEN) this.#hidden.set(text, reference);
  }

  error(place: Place, path: string, fault: Fault): void {
    const finding = this.#findingOf(place, path, fault);
    const key = formatFinding(finding);
    // A CSV cell may hold for several alarms of its row: its fault is one fault.
    if (this.#told.has(key)) return;
    this.errorCount += 1;
    if (this.#errors.length >= MOST_KEPT) return;
    this.#told.add(key);
    this.#errors.push(finding);
  }

  /** An error at a path of an entry: at the value, or at its key. */
  errorAt(entry: Entry, path: Path, fault: Fault, part: 'key' | 'value' = 'value'): void {
    this.error(entry.at(path, part), entry.label(path), fault);
  }

  /** Something that works but is hardly meant. */
  warnAt(entry: Entry, path: Path, fault: Fault): void {
    if (this.#warnings.length < MOST_KEPT)
      this.#warnings.push(this.#findingOf(entry.at(path), entry.label(path), fault));
  }

  /** Sorted by file (in the order in which `files` were read), line and column. */
  errors(files: readonly string[]): readonly Finding[] {
    return sorted(this.#errors, files);
  }

  warnings(files: readonly string[]): readonly Finding[] {
    return sorted(this.#warnings, files);
  }

  #findingOf({ file, line, column }: Place, path: string, fault: Fault): Finding {
    const [what, why, todo] = [fault.what, fault.why, fault.todo].map((text) => this.#hide(text));
    return { file, line, column, path, what: what ?? '', why: why ?? '', todo: todo ?? '' };
  }

  #hide(text: string): string {
    let shown = text;
    // The longest first: one secret may begin with another.
    const longestFirst = [...this.#hidden].toSorted(([a], [b]) => b.length - a.length);
    for (const [hidden, reference] of longestFirst) shown = shown.replaceAll(hidden, reference);
    return shown;
  }
}

function sorted(findings: readonly Finding[], files: readonly string[]): readonly Finding[] {
  const rank = new Map(files.map((file, index) => [file, index]));
  const rankOf = (file: string) => rank.get(file) ?? files.length;
  return findings.toSorted((a, b) => rankOf(a.file) - rankOf(b.file) || a.line - b.line || a.column - b.column);
}
