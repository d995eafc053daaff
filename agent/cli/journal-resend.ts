import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { userInfo } from 'node:os';
import { openJournal } from '#agent/journal/journal.ts';
import { createResend } from '#agent/line/resend.ts';
import { systemClock } from '#agent/model/clock.ts';
import { receiverId } from '#agent/model/ids.ts';
import { streams, type Stream } from '#agent/model/record.ts';
import type { ResendOrder } from '#agent/model/resend.ts';
import { instant } from './instant.ts';
import { siteIn } from './journal-place.ts';

interface ResendOptions {
  readonly stream?: Stream;
  readonly first?: number;
  readonly last?: number;
  readonly from?: number;
  readonly to?: number;
}

/** `firewatch journal resend`: what a receiver acknowledged and lost is sent once more. */
export function addResend(journal: Command): void {
  journal
    .command('resend')
    .description(
      'have records sent once more that a receiver acknowledged and lost; the agent must be stopped (while it runs: POST /api/uplinks/RECEIVER/resend)',
    )
    .argument('<site>', 'site file (YAML)')
    .argument('<receiver>', 'id of the receiver')
    .argument('[items...]', 'of a platform: message/id, as registers reconcile lists them')
    .addOption(new Option('--stream <stream>', 'of these').choices(streams))
    .option('--first <number>', 'inclusive', number)
    .option('--last <number>', 'inclusive', number)
    .option('--from <time>', 'ISO 8601, of recording, inclusive', instant)
    .option('--to <time>', 'ISO 8601, exclusive', instant)
    .action(async (site: string, receiver: string, items: readonly string[], options: ResendOptions) => {
      const order = orderOf(items, options);
      const config = await siteIn(site);
      const opened = openJournal({ ...config.journal, site: config.site.id, clock: systemClock });
      try {
        const answer = createResend({
          journal: opened,
          clock: systemClock,
          enter: ({ drafts = [] }) => void opened.commit(drafts),
          receivers: () => config.receivers,
          deliverTo: () => undefined,
        })(receiverId(receiver), order, `${userInfo().username} at the box`);
        if (!answer.accepted) throw new Error(`resend to ${receiver}: ${answer.text}`);
        console.log(`${receiver}: ${JSON.stringify(answer.detail)} is sent once the agent runs`);
      } finally {
        opened.close();
      }
    });
}

function orderOf(items: readonly string[], { stream, first, last, from, to }: ResendOptions): ResendOrder {
  if (items.length > 0 && stream === undefined) return { items };
  if (stream !== undefined && first !== undefined && last !== undefined) return { stream, first, last };
  if (stream !== undefined && from !== undefined && to !== undefined) return { stream, from, to };
  throw new Error('resend what? Name --stream with --first and --last or --from and --to, or message/id of a platform');
}

function number(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return Number(text);
}
