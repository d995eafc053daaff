import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { SiteConfig } from '#config/site.ts';

const victim = fileURLToPath(new URL('victim.ts', import.meta.url));
const headsSchema = z.object({ alarm: z.int().positive(), event: z.int().positive() });

/** Highest numbers that a stream had on disk. */
export type Heads = z.infer<typeof headsSchema>;

const NOTES = 20;
const WITHIN_MS = 60_000;

/**
 * Lets a process of the agent's own program write into `directory` and ends it with SIGKILL as soon as it says what is on
 * disk.
 *
 * @throws Error with the process's last words when it ends before
 */
export async function killWhileWriting({ site, journal }: SiteConfig, directory: string): Promise<Heads> {
  const order = { site, journal: { ...journal, directory }, notes: NOTES };
  const child = spawn(process.execPath, [victim, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const words: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => words.push(text));
  const patience = setTimeout(() => child.kill('SIGKILL'), WITHIN_MS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const heads = headsSchema.parse(JSON.parse(line));
      child.kill('SIGKILL');
      await once(child, 'exit');
      return heads;
    }
    throw new Error(`the process ended before it had written: ${words.join('').trim()}`);
  } finally {
    clearTimeout(patience);
    child.kill('SIGKILL');
  }
}
