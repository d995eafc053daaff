import { openJournal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { siteId } from '#agent/model/ids.ts';
import { samplesAt } from './sample-fixture.ts';

/**
 * Writes as fast as it can until it is killed, or `argv[4]` turns and a clean stop, and prints each sequence number once
 * its commit has returned: `event <seq> <text>` and `sample <seq>`.
 */
const [, , directory = '', run = '', turns = 'Infinity'] = process.argv;
const journal = openJournal({
  directory,
  site: siteId('kill'),
  clock: systemClock,
  maxAgeMs: 1e12,
  maxBytes: 1e9,
  sampleCommitMs: 50,
  reserveBytes: 65_536,
});
process.stdout.write(`open ${journal.opening.kind}\n`);
for (let i = 0; i < Number(turns); i++) {
  const text = `${run}-${i}`;
  const [record] = journal.commit(
    [{ stream: 'event', body: { time: i, kind: 'kill.test', text, flags: 1 } }],
    [{ scope: 'kill', key: 'last', value: text }],
  );
  process.stdout.write(`event ${record?.seq} ${text}\n`);
  journal.appendSamples(samplesAt(Date.now(), 40));
  if (i % 3 === 0) {
    journal.flush();
    process.stdout.write(`sample ${journal.head('sample')}\n`);
  }
}
journal.close();
