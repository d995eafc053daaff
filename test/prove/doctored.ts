import type { StreamMessage } from '#simulators/receiver/wire.ts';
import type { Evidence } from './evidence.ts';

/** The evidence with what the first receiver got changed: each message into none, one or several. */
export function doctored(evidence: Evidence, change: (message: StreamMessage) => readonly StreamMessage[]): Evidence {
  const [first, ...others] = evidence.arrivals;
  if (!first) throw new Error('there is no receiver');
  return { ...evidence, arrivals: [{ ...first, messages: first.messages.flatMap(change) }, ...others] };
}
