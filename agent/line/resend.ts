import type { Journal } from '#agent/journal/journal.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { ReceiverId } from '#agent/model/ids.ts';
import type { ResendAnswer, ResendOrder } from '#agent/model/resend.ts';
import { resend } from '#agent/uplink/resend.ts';
import type { SiteConfig } from '#config/site.ts';
import type { LedgerEntry } from './ledger.ts';

export interface ResendParts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly enter: (entry: LedgerEntry) => void;
  /** Those that are delivered to now. */
  readonly receivers: () => SiteConfig['receivers'];
  /** Delivers to these and to no others. */
  readonly deliverTo: (receivers: SiteConfig['receivers']) => void;
}

/** Has a receiver sent once more what it had acknowledged. On record before it is done; refused in one sentence. */
export const createResend =
  ({ journal, clock, enter, receivers, deliverTo }: ResendParts) =>
  (id: ReceiverId, order: ResendOrder, who: string): ResendAnswer => {
    const all = receivers();
    const receiver = all.find((one) => one.id === id);
    if (!receiver) return { accepted: false, text: `this box delivers to no receiver ${id} now` };
    // Its uplink stores its cursors as it ends, and begins again with the changed ones.
    deliverTo(all.filter((one) => one !== receiver));
    try {
      const resent = resend(journal, receiver, order, clock.now());
      if (!resent.accepted) return resent;
      const { detail, cursors } = resent;
      enter({
        drafts: [{ stream: 'audit', body: { time: clock.now(), who, action: 'uplink.resend', what: id, detail } }],
      });
      journal.setCursors(id, cursors);
      return { accepted: true, detail };
    } finally {
      deliverTo(all);
    }
  };
