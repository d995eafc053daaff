import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** Into a new file; waits where the disk is slower than what is given. Returns how many lines were written. */
export async function writeLines(given: Iterable<string>, file: string): Promise<number> {
  const out = createWriteStream(file, { flags: 'wx' });
  const finished = once(out, 'finish');
  let lines = 0;
  for (const line of given) {
    lines += 1;
    if (!out.write(`${line}\n`)) await Promise.race([once(out, 'drain'), finished]);
  }
  out.end();
  await finished;
  return lines;
}
