import type { Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { changeCursors, recordAt } from '#agent/journal/quarantined.ts';
import type { Tables } from '#agent/journal/store.ts';
import { receiverId } from '#agent/model/ids.ts';
import type { Quarantined } from '#agent/uplink/quarantine.ts';
import { quarantinedIn, releaseFrom } from '#agent/uplink/release.ts';

export interface QuarantineParts {
  readonly place: readonly [string, string];
  readonly withTables: (site: string, use: (tables: Tables) => void) => Promise<void>;
  readonly directoryOf: (site: string) => Promise<string>;
}

interface Held extends Quarantined {
  readonly receiver: string;
}

/** `firewatch journal quarantine list|export|release`: what a receiver would not take, by number. */
export function addQuarantine(journal: Command, { place, withTables, directoryOf }: QuarantineParts): void {
  const quarantine = journal.command('quarantine').description('records that a receiver would not take');

  quarantine
    .command('list')
    .description('which, since when and why')
    .argument(...place)
    .option('--json', 'print one JSON array')
    .action(async (site: string, { json }: { readonly json?: true }) => {
      await withTables(site, (tables) => {
        const held = heldIn(tables);
        if (json) console.log(JSON.stringify(held, undefined, 2));
        else if (held.length === 0) console.log('nothing is in quarantine');
        else for (const each of held) console.log(lineOf(each));
      });
    });

  quarantine
    .command('export')
    .description('write the records themselves to a new file, one JSON object a line')
    .argument(...place)
    .argument('<file>', 'a new file')
    .action(async (site: string, file: string) => {
      await withTables(site, (tables) => {
        const lines = heldIn(tables).map((each) => {
          const record = recordAt(tables, each.stream === 'evidence' ? 'event' : each.stream, each.seq);
          return `${JSON.stringify({ ...each, ...(record ? { record } : { missing: 'no longer in the journal' }) })}\n`;
        });
        writeFileSync(file, lines.join(''), { flag: 'wx' });
        console.log(`${file}: ${lines.length} records`);
      });
    });

  quarantine
    .command('release')
    .description('have records sent once more, after the receiver or its limits were mended; the agent must be stopped')
    .argument(...place)
    .argument('<receiver>', 'id of the receiver')
    .argument('[records...]', 'such as alarm/17; default all of the receiver')
    .action(async (site: string, receiver: string, records: readonly string[]) => {
      const names = new Set(records);
      const isPicked = ({ stream, seq }: Quarantined): boolean => names.size === 0 || names.has(`${stream}/${seq}`);
      let released = 0;
      changeCursors(await directoryOf(site), receiverId(receiver), (cursors) => {
        const picked = quarantinedIn(cursors).filter(isPicked);
        if (picked.length < Math.max(1, names.size))
          throw new Error(
            `release for ${receiver}: ${picked.length} of ${names.size || 'any'} found; firewatch journal quarantine list shows what there is`,
          );
        released = picked.length;
        return releaseFrom(cursors, isPicked);
      });
      console.log(`${receiver}: ${released} released; sent once the agent runs`);
    });
}

const heldIn = (tables: Tables): Held[] =>
  Object.entries(tables.cursors.all()).flatMap(([receiver, cursors]) =>
    quarantinedIn(new Map(Object.entries(cursors))).map((entry) => ({ receiver, ...entry })),
  );

const lineOf = ({ receiver, stream, seq, time, reason }: Held): string =>
  `${receiver}  ${stream}/${seq}  ${new Date(time).toISOString()}  ${reason}`;
