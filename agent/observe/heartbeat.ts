import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Health } from './health.ts';

/** How often a running agent says that it runs. */
export const BEAT_MS = 5000;
/** A heartbeat older than this is of an agent that stands still, or is gone. */
const STALE_MS = 3 * BEAT_MS;

const schema = z.object({
  /** UTC ms of writing. */
  time: z.number(),
  pid: z.int().positive(),
  version: z.string(),
  /** Where the local page is served; absent: it is not. */
  page: z.string().optional(),
  isLive: z.boolean(),
  isReady: z.boolean(),
  isDegraded: z.boolean(),
  reasons: z.array(
    z.object({ about: z.string(), id: z.string().optional(), text: z.string(), since: z.number().optional() }),
  ),
});

/** What stands in the heartbeat file: the agent's own word on its health at one moment. */
type Heartbeat = z.infer<typeof schema>;

export interface HeartbeatParts {
  /** The journal's: whoever can't write there can't keep a record either. */
  readonly directory: string;
  readonly now: () => number;
  readonly version: string;
  readonly page?: string;
}

/**
 * Writes one heartbeat, whole or not at all: beside the old one, then in its place. Not synced: after a loss of power
 * nobody asks for it. Throws what the disk throws.
 */
export function writeHeartbeat(health: Health, { directory, now, version, page }: HeartbeatParts): void {
  const { isLive, isReady, isDegraded, reasons } = health;
  const beat: Heartbeat = {
    time: now(),
    pid: process.pid,
    version,
    ...(page !== undefined && { page }),
    isLive,
    isReady,
    isDegraded,
    reasons: reasons.map((reason) => ({ ...reason })),
  };
  const file = fileIn(directory);
  writeFileSync(`${file}.new`, JSON.stringify(beat));
  renameSync(`${file}.new`, file);
}

/** An agent that was stopped leaves none. */
export function removeHeartbeat(directory: string): void {
  for (const file of [fileIn(directory), `${fileIn(directory)}.new`]) rmSync(file, { force: true });
}

/** What a heartbeat tells whoever asks from outside. */
export interface HeartbeatAnswer {
  /** False: a restart may help, or there is nothing to restart because nothing runs. */
  readonly isAlive: boolean;
  /** One sentence. */
  readonly text: string;
  /** The last one, however old; absent where there is none that can be read. */
  readonly heartbeat?: Heartbeat;
}

/** Reads and judges the heartbeat beside a journal. `now`: UTC ms. */
export function readHeartbeat(directory: string, now: number): HeartbeatAnswer {
  const heartbeat = parsed(directory);
  if (!heartbeat) return { isAlive: false, text: `no agent runs on ${directory}` };
  const { time, pid, isLive, isReady, isDegraded } = heartbeat;
  // A clock that was set back makes it look younger than now; the next beat mends that.
  const ageMs = Math.abs(now - time);
  if (ageMs > STALE_MS)
    return {
      isAlive: false,
      text: `the agent (process ${pid}) was last heard ${Math.round(ageMs / 1000)} s ago: it stands still or is gone`,
      heartbeat,
    };
  if (!isLive) return { isAlive: false, text: `the agent (process ${pid}) runs, but does not keep up`, heartbeat };
  const state = isReady ? (isDegraded ? 'ready, with faults' : 'ready') : 'not ready yet';
  return { isAlive: true, text: `the agent (process ${pid}) is ${state}`, heartbeat };
}

function parsed(directory: string): Heartbeat | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(fileIn(directory), 'utf8')));
  } catch {
    return undefined;
  }
}

const fileIn = (directory: string): string => join(directory, 'heartbeat.json');
