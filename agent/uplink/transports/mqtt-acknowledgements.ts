import { z } from 'zod';
import type { MqttAcknowledgement } from '#agent/model/receiver.ts';
import type { Message } from '../profiles/profile.ts';
import type { Outcome } from './transport.ts';

/** What is said longer than this is no answer of ours. */
const MOST_BYTES = 256 * 1024;

const answer = z.object({
  accepted: z.array(z.string()).optional(),
  refused: z.array(z.object({ id: z.string(), reason: z.string() })).optional(),
});

type Settled = (outcome: Outcome) => void;

/** What a receiver that answers for itself has yet to answer, by the name of each message. One for each connection. */
export interface MqttAcknowledgements {
  /** A message sets out. Returns who is to hear what the broker says of it: a refusal settles it, a success does not. */
  readonly sent: (message: Message, settled: Settled) => Settled;
  /** What a receiver said. Without a payload: it has what the correlation data names. */
  readonly heard: (payload: Buffer, correlation: Buffer | undefined) => void;
  readonly release: () => void;
}

/** The name by which a message is answered; what has none is the broker's to answer. */
export const nameOf = ({ id, accountsFor }: Message): string | undefined => id ?? accountsFor;

export function mqttAcknowledgements({ withinMs }: Pick<MqttAcknowledgement, 'withinMs'>): MqttAcknowledgements {
  const awaited = new Map<string, { readonly settled: Settled; readonly deadline: NodeJS.Timeout }>();

  const settle = (name: string, outcome: Outcome): void => {
    const one = awaited.get(name);
    // Answered twice, or too late: it is under way once more, or was answered already.
    if (!one) return;
    awaited.delete(name);
    clearTimeout(one.deadline);
    one.settled(outcome);
  };

  return {
    sent(message, settled) {
      const name = nameOf(message);
      if (name === undefined) return settled;
      const reason = `the receiver has not answered within ${withinMs} ms; sent again`;
      const late = (): void => settle(name, { type: 'refused', reason, isMessageFault: false });
      // Before the broker's answer: the receiver's may be faster.
      awaited.set(name, { settled, deadline: setTimeout(late, withinMs) });
      return (outcome) => {
        if (outcome.type !== 'accepted') settle(name, outcome);
      };
    },
    heard(payload, correlation) {
      if (payload.length > MOST_BYTES) return;
      if (payload.length === 0) return settle(correlation?.toString('utf8') ?? '', { type: 'accepted' });
      const { accepted = [], refused = [] } = readAnswer(payload) ?? {};
      for (const name of accepted) settle(name, { type: 'accepted' });
      for (const { id, reason } of refused)
        settle(id, { type: 'refused', reason: reason.slice(0, 500), isMessageFault: true });
    },
    release() {
      for (const { deadline } of awaited.values()) clearTimeout(deadline);
      awaited.clear();
    },
  };
}

function readAnswer(payload: Buffer): z.output<typeof answer> | undefined {
  try {
    return answer.safeParse(JSON.parse(payload.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
