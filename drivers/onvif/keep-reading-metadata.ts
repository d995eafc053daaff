import { setTimeout as delay } from 'node:timers/promises';
import type { Credentials } from '../http-digest/digest.ts';
import type { LoginGate } from '../http-digest/login-gate.ts';
import { NoMetadata, playMetadata, type MetadataReader, type MetadataTarget } from './metadata-stream.ts';
import { MetadataSpoiled, type Spoiled } from './rtp-documents.ts';
import { RtspLost } from './rtsp-connection.ts';
import { RtspRefused } from './rtsp-dialog.ts';

export type MetadataState = 'ok' | 'no-answer' | 'refused' | 'no-metadata' | Spoiled;

interface Reading {
  readonly target: Omit<MetadataTarget, 'credentials'>;
  readonly credentials: () => Credentials | undefined;
  readonly gate: LoginGate;
  /** Wait after a session that came to nothing. */
  readonly retryMs: number;
  readonly reader: MetadataReader;
  readonly lost: (state: Exclude<MetadataState, 'ok'>, reason: string) => void;
  readonly signal: AbortSignal;
}

/** A session that lasted so long ended; a shorter one is refused in some way, and asked for less often. */
const GOOD_LIFE_MS = 10_000;
const COOL_DOWN_MS = 500;

/** Plays a camera's metadata, one session after the other, and never logs in a third time. Ends only by rejecting, when stopped. */
export async function keepReadingMetadata(reading: Reading): Promise<never> {
  const { target, credentials, gate, retryMs, reader, lost, signal } = reading;
  for (;;) {
    const startedAt = performance.now();
    const login = credentials();
    try {
      if (login && gate.waitMs(login) > 0) throw new RtspRefused(`user ${login.user} was refused twice for the stream`);
      const playing = (): void => {
        gate.accepted();
        reader.playing();
      };
      await playMetadata({ ...target, credentials: login }, { ...reader, playing }, signal);
    } catch (error) {
      signal.throwIfAborted();
      const state = stateOf(error);
      if (!state || !(error instanceof Error)) throw error;
      if (state === 'refused' && login && gate.waitMs(login) === 0) gate.refused(login);
      lost(state, error.message);
    }
    await delay(performance.now() - startedAt >= GOOD_LIFE_MS ? COOL_DOWN_MS : retryMs, undefined, { signal });
  }
}

function stateOf(error: unknown): Exclude<MetadataState, 'ok'> | undefined {
  if (error instanceof RtspRefused) return 'refused';
  if (error instanceof NoMetadata) return 'no-metadata';
  if (error instanceof MetadataSpoiled) return error.how;
  return error instanceof RtspLost ? 'no-answer' : undefined;
}
