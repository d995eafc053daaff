import type { Credentials } from '../http-digest/digest.ts';
import { RtspConnection, type RtspTarget } from './rtsp-connection.ts';
import { RtspDialog, RtspRefused } from './rtsp-dialog.ts';

/** How a stream looks from the outside. */
const streamStates = ['ok', 'no-answer', 'refused', 'no-video', 'no-frame'] as const;
export type StreamState = (typeof streamStates)[number];

export interface StreamTarget extends RtspTarget {
  readonly credentials: Credentials | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks for the description of a stream (RTSP OPTIONS and DESCRIBE); nothing is set up or played. Never rejects. `refused`
 * is said only when credentials were given and not taken, or none were there to give.
 */
export async function describeStream(target: StreamTarget): Promise<StreamState> {
  const { uri, credentials, signal } = target;
  if (signal.aborted) return 'no-answer';
  const connection = new RtspConnection(target);
  const stop = (): void => connection.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const dialog = new RtspDialog(connection, credentials);
    await dialog.ask('OPTIONS', uri);
    const answer = await dialog.ask('DESCRIBE', uri, { Accept: 'application/sdp' });
    return answer.status === 200 && /^m=video\s/m.test(answer.body) ? 'ok' : 'no-video';
  } catch (error) {
    return error instanceof RtspRefused ? 'refused' : 'no-answer';
  } finally {
    signal.removeEventListener('abort', stop);
    connection.close();
  }
}
