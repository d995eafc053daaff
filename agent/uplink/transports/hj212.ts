import { connect, type Socket } from 'node:net';
import { Observable } from 'rxjs';
import type { Hj212Options } from '#agent/model/receiver.ts';
import { createFrameReader, type Hj212Frame, hj212Frame } from '../hj212/frame.ts';
import type { Message } from '../profiles/profile.ts';
import { type Link, type Outcome, type Transport, TransportError } from './transport.ts';
import { whyLost } from './why-lost.ts';

const CONNECT_MS = 10_000;
/** An answer to a command, and that it is refused; HJ 212-2017 tables of commands and of answers to requests. */
const REFUSAL = { command: '9011', answer: 'QnRtn=2', flag: '4' } as const;

/** Answers to a request (9011) that are about who we are, or about this message. */
const answers = new Map<string, { readonly text: string; readonly isMessageFault: boolean }>([
  ['2', { text: 'request refused', isMessageFault: false }],
  ['3', { text: 'wrong password; check transport.password', isMessageFault: false }],
  ['4', { text: 'unknown device; check transport.mn', isMessageFault: false }],
  ['5', { text: 'wrong system type; check transport.st', isMessageFault: false }],
  ['6', { text: 'wrong flag', isMessageFault: true }],
  ['7', { text: 'wrong QN', isMessageFault: true }],
  ['8', { text: 'unknown command', isMessageFault: true }],
  ['100', { text: 'unknown error', isMessageFault: true }],
]);

interface Waiting {
  readonly frame: Buffer;
  readonly qn: string;
  readonly settled: (outcome: Outcome) => void;
  tries: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * HJ 212 over TCP: one frame at a time, repeated until it is answered with 9014. Whatever the platform asks for (times,
 * parameters, commands to the instrument) is refused: nothing here changes the plant.
 */
export const hj212Transport = (options: Hj212Options): Transport => ({
  releaseWithinMs: 100,
  acceptedBy: 'platform',
  link$: new Observable<Link>((subscriber) => {
    const { timeoutMs, retries, host, port } = options;
    let isReleased = false;
    let waiting: Waiting | undefined;
    const fail = (error: unknown): void => {
      if (!isReleased)
        subscriber.error(new TransportError(`HJ 212 to ${options.url}: ${whyLost(error)}`, { cause: error }));
    };
    const socket: Socket = connect({ host, port });
    const connecting = setTimeout(() => fail(new Error('no connection in time')), CONNECT_MS);

    const transmit = (awaited: Waiting): void => {
      if (awaited.tries > retries) {
        fail(new Error(`no answer 9014 to ${retries + 1} transmissions of QN ${awaited.qn}`));
        return;
      }
      awaited.tries += 1;
      socket.write(awaited.frame);
      awaited.timer = setTimeout(() => transmit(awaited), timeoutMs);
    };

    const settle = (outcome: Outcome): void => {
      const settled = waiting;
      waiting = undefined;
      clearTimeout(settled?.timer);
      if (!isReleased) settled?.settled(outcome);
    };

    const onFrame = ({ head, parameters }: Hj212Frame): void => {
      const [command, qn] = [head.get('CN'), head.get('QN')];
      if (command === '9014') {
        if (qn === waiting?.qn) settle({ type: 'accepted' });
      } else if (command === '9011') {
        const code = /QnRtn=(\d+)/.exec(parameters)?.[1] ?? '';
        const known = answers.get(code);
        // 1 says that it is being done, 9 that the CRC was wrong: the frame is repeated anyway.
        if (qn === waiting?.qn && known)
          settle({
            type: 'refused',
            reason: `the platform answered 9011 QnRtn=${code}: ${known.text}`,
            isMessageFault: known.isMessageFault,
          });
      } else if (qn !== undefined && (Number(head.get('Flag') ?? 0) & 1) === 1) {
        const reply = {
          QN: qn,
          ST: '91',
          CN: REFUSAL.command,
          PW: options.password.reveal(),
          MN: options.mn,
          Flag: REFUSAL.flag,
        };
        socket.write(hj212Frame(reply, REFUSAL.answer));
      }
    };

    const read = createFrameReader();
    socket.setNoDelay(true);
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the connection was closed by the other side')));
    socket.on('data', (bytes: Buffer) => {
      for (const frame of read(bytes)) onFrame(frame);
    });
    socket.on('connect', () => {
      clearTimeout(connecting);
      subscriber.next({
        limits: { inFlight: 1, messageBytes: Infinity },
        send(message, settled) {
          waiting = { frame: message.payload, qn: qnOf(message), settled, tries: 0, timer: undefined };
          transmit(waiting);
        },
      });
    });
    return () => {
      isReleased = true;
      clearTimeout(connecting);
      clearTimeout(waiting?.timer);
      socket.destroy();
    };
  }),
});

const qnOf = ({ payload }: Message): string => /QN=(\d+)/.exec(payload.toString('latin1'))?.[1] ?? '';
