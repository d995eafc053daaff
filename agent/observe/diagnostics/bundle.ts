import { Worker } from 'node:worker_threads';
import type { WrapUpResult } from './wrap-up-worker.ts';

/** One file of a bundle. */
export interface DiagnosticPart {
  /** Path inside of the bundle. */
  readonly name: string;
  /** What is in it, asked for once. A part that can not be had says why in its place; nothing else is lost by it. */
  readonly read: () => string | Promise<string>;
  /** Which end is kept where it is too long. Default: the beginning. */
  readonly keeps?: 'end';
}

export interface BundleParts {
  readonly parts: readonly DiagnosticPart[];
  /** Texts that must not be found in it, in whatever form. */
  readonly secrets: readonly string[];
  /** UTC ms. */
  readonly now: number;
  readonly version: string;
  /** What a text may have, and all of them together. Characters; default 4 and 32 million. */
  readonly limits?: { readonly part: number; readonly all: number };
}

const LIMITS = { part: 4_000_000, all: 32_000_000 };
const PART_MS = 10_000;
const WRAP_UP_MS = 60_000;
const HEAP_MB = 512;

/**
 * A zip archive of everything that somebody needs who shall find out from afar what is wrong, and of no secret. Bounded;
 * what was cut or could not be had stands in its `contents.txt`. Searching for secrets and packing keep a thread of their
 * own busy, so that alarms are on time meanwhile. Rejects when that thread fails or takes a minute.
 */
export async function makeBundle(made: BundleParts): Promise<Uint8Array> {
  const { parts, secrets, now, version, limits = LIMITS } = made;
  const files: [string, string][] = [];
  const contents = [
    `Firewatch ${version}, diagnostics bundle of ${new Date(now).toISOString()}`,
    'Passwords, tokens and keys are replaced by [secret]. The configuration may hold names of people and addresses of',
    'devices: pass it on to those alone who may know them.',
    '',
  ];
  let room = limits.all;
  for (const part of parts) {
    const text = await textOf(part);
    const most = Math.min(limits.part, room);
    const kept = text.length <= most ? text : part.keeps === 'end' ? text.slice(-most) : text.slice(0, most);
    room -= kept.length;
    if (kept.length > 0 || text === '') files.push([part.name, kept]);
    const cut = text.length - kept.length;
    contents.push(
      `${part.name}: ${kept.length} characters${cut === 0 ? '' : `; ${cut} more at its ${part.keeps === 'end' ? 'beginning' : 'end'} are left out`}`,
    );
  }
  return wrapUp([['contents.txt', `${contents.join('\n')}\n`], ...files], secrets);
}

async function textOf({ read }: DiagnosticPart): Promise<string> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${PART_MS / 1000} s`)), PART_MS);
  try {
    return await Promise.race([(async () => read())(), late]);
  } catch (error) {
    return `not available: ${error instanceof Error ? error.message : String(error)}\n`;
  } finally {
    clearTimeout(timer);
  }
}

async function wrapUp(files: readonly (readonly [string, string])[], secrets: readonly string[]): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const worker = new Worker(new URL('wrap-up-worker.ts', import.meta.url), {
    workerData: { files, secrets },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  const timer = setTimeout(() => reject(new Error('the bundle was not packed within a minute')), WRAP_UP_MS);
  worker.on('message', ({ archive }: WrapUpResult) => resolve(archive));
  worker.on('error', reject);
  worker.on('exit', (code) => reject(new Error(`the bundle was not packed: its thread ended with ${code}`)));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
