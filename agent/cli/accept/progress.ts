import type { Check, PartName } from './outcome.ts';
import { partWords } from './report-words.ts';

/** A part with many checks is not told check by check: what is not good always, the rest by its count. */
const LINE_EVERY = 100;

/** Tells a person how far the run is. */
export function createProgress(say: (line: string) => void): (part: PartName, check?: Check) => void {
  const counts = new Map<PartName, number>();
  return (part, check) => {
    if (!check) {
      say(`${partWords[part].zh} · ${partWords[part].en} …`);
      return;
    }
    const count = (counts.get(part) ?? 0) + 1;
    counts.set(part, count);
    const { subject, name, verdict, found } = check;
    if (verdict === 'passed' || verdict === 'measured' || verdict === 'not-checked') {
      if (part !== 'points' && part !== 'loops' && part !== 'alarms') say(`  ok     ${subject} ${name}: ${found.en}`);
      else if (count % LINE_EVERY === 0) say(`  ${count} …`);
      return;
    }
    const mark = verdict === 'failed' ? 'FAILED' : 'BY HAND';
    say(`  ${mark} ${subject} ${name}: ${found.zh}`);
    say(`         ${found.en}`);
  };
}
