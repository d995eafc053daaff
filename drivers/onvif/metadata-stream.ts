import { setTimeout as delay } from 'node:timers/promises';
import type { Credentials } from '../http-digest/digest.ts';
import { metadataMedia } from './metadata-media.ts';
import { readMetadata, type MetadataDocument } from './metadata-document.ts';
import { MetadataSpoiled, RtpDocuments } from './rtp-documents.ts';
import { RtspConnection, RtspLost, type RtspAnswer, type RtspTarget } from './rtsp-connection.ts';
import { RtspDialog } from './rtsp-dialog.ts';

export interface MetadataTarget extends RtspTarget {
  readonly credentials: Credentials | undefined;
  /** Longest document. */
  readonly maxBytes: number;
}

export interface MetadataReader {
  /** Logged in and playing: what holds already comes first. */
  readonly playing: () => void;
  readonly heard: (document: MetadataDocument) => void;
}

/** The camera serves the stream, and no metadata that we read is in it. */
export class NoMetadata extends Error {
  override readonly name = 'NoMetadata';
}

/** What a camera does where it names no time (RFC 2326 §12.37). */
const SESSION_LASTS_S = 60;
const SHORTEST_SESSION_S = 4;
/** Cameras describe up to 25 pictures a second, and the reading of each costs: so often one of them is looked at. */
const LOOK_EVERY_MS = 400;

/**
 * Plays the metadata of a stream over its RTSP connection, until `signal`. Ends only by rejecting: RtspRefused, RtspLost,
 * NoMetadata, or MetadataSpoiled where a piece is missing or a document makes no sense, as nobody knows then what holds.
 */
export async function playMetadata(
  target: MetadataTarget,
  reader: MetadataReader,
  signal: AbortSignal,
): Promise<never> {
  signal.throwIfAborted();
  const { uri } = target;
  const over = new AbortController();
  let onPacket = (_channel: number, _packet: Buffer): void => undefined;
  const connection = new RtspConnection(target, (channel, packet) => onPacket(channel, packet));
  const dialog = new RtspDialog(connection, target.credentials);
  let leave = (): void => connection.close();
  const stop = (): void => leave();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await dialog.ask('OPTIONS', uri);
    const described = expectOk('DESCRIBE', await dialog.ask('DESCRIBE', uri, { Accept: 'application/sdp' }));
    const media = metadataMedia(described.body, described.fields.get('content-base') ?? uri);
    if (!media) throw new NoMetadata(`${target.host} describes no metadata in ${new URL(uri).pathname}`);
    const wanted = { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' };
    const set = expectOk('SETUP', await dialog.ask('SETUP', media.trackUri, wanted));
    const [id = '', timeout] = (set.fields.get('session') ?? '').split(/\s*;\s*timeout=/i);
    const channel = Number(/interleaved=(\d+)/.exec(set.fields.get('transport') ?? '')?.[1] ?? 0);
    const session = { Session: id.slice(0, 200) };
    leave = () => dialog.leave(media.sessionUri, session);
    const isDue = pictureDue();
    const documents = new RtpDocuments(media, target.maxBytes);
    onPacket = (at, packet) => {
      if (at === channel) hear(documents, packet, { reader, connection, isDue });
    };
    expectOk('PLAY', await dialog.ask('PLAY', media.sessionUri, { ...session, Range: 'npt=0.000-' }));
    reader.playing();
    const lastsS = Math.max(SHORTEST_SESSION_S, Number(timeout ?? SESSION_LASTS_S) || SESSION_LASTS_S);
    return await Promise.race([
      connection.ended,
      keepAlive(dialog, media.sessionUri, { session, everyMs: lastsS * 500, signal: over.signal }),
    ]);
  } finally {
    signal.removeEventListener('abort', stop);
    over.abort();
    leave();
  }
}

interface Hearing {
  readonly reader: MetadataReader;
  readonly connection: RtspConnection;
  readonly isDue: (text: string) => boolean;
}

/** Whatever holds an event is read; of documents that only describe pictures, one now and then. */
function pictureDue(): (text: string) => boolean {
  let lookedAt = Number.NEGATIVE_INFINITY;
  return (text) => {
    if (text.includes('NotificationMessage')) return true;
    const now = performance.now();
    if (now - lookedAt < LOOK_EVERY_MS) return false;
    lookedAt = now;
    return true;
  };
}

/** What makes no sense ends the connection, as everything after it would be told on a false footing. */
function hear(documents: RtpDocuments, packet: Buffer, { reader, connection, isDue }: Hearing): void {
  try {
    const text = documents.take(packet);
    if (text === undefined || !isDue(text)) return;
    const document = readMetadata(text);
    if (!document) throw new MetadataSpoiled('unreadable', 'a document of the metadata is no XML that can be read');
    reader.heard(document);
  } catch (error) {
    connection.close(error instanceof Error ? error : new MetadataSpoiled('unreadable', String(error)));
  }
}

interface KeepingAlive {
  readonly session: { readonly Session: string };
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** An answer of any kind proves the camera; only a session that it does not know is none. */
async function keepAlive(dialog: RtspDialog, uri: string, { session, everyMs, signal }: KeepingAlive): Promise<never> {
  for (;;) {
    await delay(everyMs, undefined, { signal });
    const { status } = await dialog.ask('GET_PARAMETER', uri, session);
    if (status === 454) throw new RtspLost('the camera has forgotten the session');
  }
}

function expectOk(method: string, answer: RtspAnswer): RtspAnswer {
  if (answer.status !== 200) throw new NoMetadata(`${method} of the metadata is answered with ${answer.status}`);
  return answer;
}
