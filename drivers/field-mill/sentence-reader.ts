import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { parseSentence, type MillReading } from './sentence.ts';

/** What a line turned out to be. */
export type Heard =
  | { readonly kind: 'reading'; readonly reading: MillReading }
  /** A line that is no sentence, or whose checksum is wrong. */
  | { readonly kind: 'damaged' }
  /** A simulator has named itself. */
  | { readonly kind: 'simulator' };

/** Five sentences; a line that grows beyond that has lost its end. */
const LONGEST_LINE = 64;

const DAMAGED: Heard = { kind: 'damaged' };
const SIMULATOR: Heard = { kind: 'simulator' };

/**
 * Cuts a byte stream into lines and finds its way back after noise: a sentence begins at the last `$` of a line,
 * whatever stands before it, and counts only when it is whole and its checksum fits.
 */
export class SentenceReader {
  #rest = '';
  /** The first line may have begun before we listened. */
  #isFirst = true;

  read(chunk: Buffer): Heard[] {
    const lines = (this.#rest + chunk.toString('latin1')).split(/[\r\n]/);
    const last = lines.pop() ?? '';
    const heard = lines.flatMap((line) => this.#judge(line));
    this.#rest = last.slice(-LONGEST_LINE);
    if (last.length > LONGEST_LINE) heard.push(DAMAGED);
    return heard;
  }

  #judge(line: string): Heard[] {
    if (line === '') return [];
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (line === SIMULATOR_VENDOR) return [SIMULATOR];
    if (line.includes(SIMULATOR_VENDOR)) return [SIMULATOR, DAMAGED];
    const start = line.lastIndexOf('$');
    const reading = start < 0 ? undefined : parseSentence(line.slice(start));
    if (reading) return [{ kind: 'reading', reading }];
    return isFirst ? [] : [DAMAGED];
  }
}
