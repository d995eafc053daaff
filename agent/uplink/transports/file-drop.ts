import { Observable } from 'rxjs';
import type { SiteId } from '#agent/model/ids.ts';
import type { FileDropOptions } from '#agent/model/receiver.ts';
import type { Message, Presence } from '../profiles/profile.ts';
import { type Drop, type DropDirectory, openDropDirectory } from './drop-directory.ts';
import { type Link, type Outcome, type Transport, TransportError } from './transport.ts';
import { inTurn } from './turns.ts';
import { whyLost } from './why-lost.ts';

export interface FileDropTransportParts {
  readonly options: FileDropOptions;
  readonly site: SiteId;
  readonly presence: (state: Presence) => Message;
  readonly introductions: readonly Message[];
}

const GOODBYE_MS = 1_000;
const ANSWER_MS = 15_000;
const MESSAGES_PER_FILE = 1_000;
const FILE_BYTES = 4 * 1024 * 1024;
/** The rest of the directory is kept for what is no sample, so that an alarm finds room when the collector is late. */
const SHARE_OF_SAMPLES = 0.9;

interface Waiting {
  readonly message: Message;
  readonly settled: (outcome: Outcome) => void;
}

/**
 * Messages as numbered files with a manifest, for gatekeepers that carry files one way. A message is accepted once its
 * file and manifest are on disk in the directory; whether they arrive is for the other side to see by the numbers. When
 * nobody takes them away, messages are refused until somebody does, and wait in the journal.
 */
export const fileDropTransport = (parts: FileDropTransportParts): Transport => ({
  releaseWithinMs: GOODBYE_MS,
  acceptedBy: 'platform',
  link$: new Observable<Link>((subscriber) => {
    const { options, site, presence, introductions } = parts;
    let isReleased = false;
    let waiting: Waiting[] = [];
    let timer: NodeJS.Timeout | undefined;
    const fail = (error: unknown): void => {
      if (!isReleased)
        subscriber.error(new TransportError(`files in ${options.directory}: ${whyDropLost(error)}`, { cause: error }));
    };

    // A share that is gone may hang for ever, and with it whatever asks it something.
    const deadline = setTimeout(() => fail(new Error('the file system does not answer')), ANSWER_MS);
    let opened: DropDirectory | undefined;

    const begin = async (): Promise<void> => {
      const directory = await openDropDirectory(options, site);
      const greetings = dropOf([...introductions, presence('online')]);
      const full = await directory.whyFull(greetings, 1);
      if (full !== undefined) throw new Error(full);
      await directory.write(greetings);
      clearTimeout(deadline);
      if (isReleased) return;
      opened = directory;
      subscriber.next(linkOver(directory));
    };

    const linkOver = (directory: DropDirectory): Link => {
      const flush = (): void => {
        clearTimeout(timer);
        timer = undefined;
        const taken = waiting;
        waiting = [];
        inTurn(options.work, () => writeAll(directory, taken)).catch(fail);
      };
      return {
        limits: { inFlight: MESSAGES_PER_FILE, messageBytes: FILE_BYTES },
        send(message, settled) {
          waiting.push({ message, settled });
          if (waiting.length >= MESSAGES_PER_FILE) flush();
          else if (message.topic === 'sample') timer ??= setTimeout(flush, options.everyMs);
          // All that is sent in the same breath goes into the same file.
          else if (waiting.length === 1 || timer !== undefined) {
            clearTimeout(timer);
            timer = setTimeout(flush, 0);
          }
        },
      };
    };

    const writeAll = async (directory: DropDirectory, taken: readonly Waiting[]): Promise<void> => {
      const urgent = taken.filter(({ message }) => message.topic !== 'sample');
      const samples = taken.filter(({ message }) => message.topic === 'sample');
      for (const [group, share] of [
        [urgent, 1],
        [samples, SHARE_OF_SAMPLES],
      ] as const) {
        if (group.length === 0 || isReleased) continue;
        const drop = dropOf(group.map(({ message }) => message));
        const reason = await directory.whyFull(drop, share);
        if (reason === undefined) await directory.write(drop);
        const outcome: Outcome =
          reason === undefined ? { type: 'accepted' } : { type: 'refused', reason, isMessageFault: false };
        for (const { settled } of group) if (!isReleased) settled(outcome);
      }
    };

    inTurn(options.work, begin).catch(fail);
    return () => {
      isReleased = true;
      clearTimeout(timer);
      clearTimeout(deadline);
      const stopped = dropOf([presence('stopped')]);
      // Nobody is left to be told of a failure; the numbers show it.
      if (opened) inTurn(options.work, () => opened?.write(stopped) ?? Promise.resolve()).catch(() => undefined);
    };
  }),
});

const dropOf = (messages: readonly Message[]): Drop => ({
  text: messages.map((message) => `${JSON.stringify(lineOf(message))}\n`).join(''),
  messages: messages.length,
  samples: messages.reduce((sum, { samples }) => sum + samples, 0),
  isSimulated: messages.some(({ isSimulated }) => isSimulated),
});

/** One message as a line: what MQTT 5 says in properties, and the payload as text, or base64 where it is none. */
function lineOf({ topic, id, contentType, schema, isSimulated, encoding, headers, payload }: Message) {
  const isText = encoding === undefined && headers?.['encryption'] === undefined;
  return {
    topic,
    ...(id === undefined ? {} : { id }),
    contentType,
    properties: { schema, sim: String(isSimulated), ...(encoding === undefined ? {} : { encoding }), ...headers },
    ...(isText ? { text: payload.toString('utf8') } : { base64: payload.toString('base64') }),
  };
}

const todos = new Map<string, string>([
  ['ENOENT', 'it does not exist; mount it or create it'],
  ['EACCES', 'the agent may not write there; give its user the right'],
  ['EPERM', 'the agent may not write there; give its user the right'],
  ['EROFS', 'it is mounted read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the quota of the disk is used up'],
  ['EXDEV', 'transport.work lies on another file system; name a directory beside it'],
]);

function whyDropLost(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const todo = todos.get(code);
  return todo === undefined ? whyLost(error) : `${todo} (${code})`;
}
