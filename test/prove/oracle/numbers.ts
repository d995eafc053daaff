import { createLedger } from '#simulators/receiver/ledger.ts';
import type { StreamName } from '#simulators/receiver/wire.ts';
import type { Arrivals, Evidence } from '../evidence.ts';
import type { Fault, Looked } from './verdict.ts';

/** Each number of each stream arrived, or is accounted for by a cause that the plan gave. */
export function judgeNumbers(evidence: Evidence): Looked {
  const faults: Fault[] = [];
  let looked = 0;
  for (const arrivals of evidence.arrivals) {
    for (const [stream, head] of Object.entries(evidence.heads)) {
      looked += head;
      for (const what of check(arrivals, stream as StreamName, head)) {
        faults.push({ kind: 'missingNumbers', what: `${arrivals.receiver}: ${what}` });
      }
    }
    for (const why of arrivals.invalid) faults.push({ kind: 'invalid', what: `${arrivals.receiver}: ${why}` });
  }
  return { looked, faults };
}

function check({ messages, refused }: Arrivals, stream: StreamName, head: number): string[] {
  const ledger = createLedger();
  for (const message of messages) if (message.stream === stream) ledger.enter(message);
  const { skipped } = ledger.state();
  return [
    ...ledger.missing(head).map(([first, last]) => `${stream} ${first} to ${last} never came`),
    ...(skipped.expired > 0 ? [`${skipped.expired} of ${stream} expired`] : []),
    ...(skipped.filtered > 0 ? [`${skipped.filtered} of ${stream} were left out`] : []),
    ...(skipped.quarantined > refused ? [`${skipped.quarantined} of ${stream} in quarantine, ${refused} refused`] : []),
  ];
}
