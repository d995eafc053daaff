import type { StreamMessage } from '#simulators/receiver/wire.ts';
import type { Arrivals, Done, JournalAlarm } from './evidence.ts';

/** Turns a time by the agent's clock into the true one. */
export type Unstep = (time: number) => number;

/** A step is felt a little later than it is made. */
const SLACK_MS = 5000;

/** Steps are so wide that a time within the run plus the step is no time of the run. */
export function unstepper(done: readonly Done[]): Unstep {
  const steps = done.flatMap(({ blow, from, to }) =>
    blow.kind === 'clock' ? [{ offsetMs: blow.offsetMs, from, to }] : [],
  );
  return (time) => {
    const step = steps.find(
      ({ offsetMs, from, to }) => time >= from + offsetMs - SLACK_MS && time <= to + offsetMs + SLACK_MS,
    );
    return step ? time - step.offsetMs : time;
  };
}

export const unsteppedArrivals = (arrivals: Arrivals, unstep: Unstep): Arrivals => ({
  ...arrivals,
  messages: arrivals.messages.map((message) => unsteppedMessage(message, unstep)),
});

export const unsteppedAlarm = (alarm: JournalAlarm, unstep: Unstep): JournalAlarm => ({
  ...alarm,
  time: unstep(alarm.time),
});

function unsteppedMessage(message: StreamMessage, unstep: Unstep): StreamMessage {
  if (!('body' in message)) return message;
  if (message.stream === 'sample') {
    const { body } = message;
    const receiveTime = overTotals(body.receiveTime, unstep);
    return { ...message, body: { ...body, receiveTime } };
  }
  if (message.stream === 'alarm') {
    const { body } = message;
    return { ...message, body: { ...body, time: unstep(body.time) } };
  }
  if (message.stream !== 'gap') return message;
  const body = message.body as { readonly from: number; readonly to?: number };
  const stretch = { from: unstep(body.from), ...(body.to !== undefined && { to: unstep(body.to) }) };
  return { ...message, body: { ...message.body, ...stretch } };
}

/** Each number is the difference to the one before. */
function overTotals(steps: readonly number[], change: (total: number) => number): number[] {
  let [total, before] = [0, 0];
  return steps.map((step) => {
    total += step;
    const changed = change(total);
    const difference = changed - before;
    before = changed;
    return difference;
  });
}
