import { flushCompileCache } from 'node:module';
import { openJournal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { siteId } from '#agent/model/ids.ts';
import { samplesAt } from './sample-fixture.ts';

/**
 * Writes as fast as it can until it is killed, or `argv[4]` turns, `argv[5]` more batches of samples and a clean stop, and
 * prints each sequence number once its commit has returned: `event <seq> <text>` and `sample <seq>`.
 */
const [, , directory = '', run = '', turns = 'Infinity', more = '0'] = process.argv;
const BATCH = 40;
// Half of a start is compiling, which would be lost with the kill and done again by the next.
flushCompileCache();
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
  journal.appendSamples(samplesAt(Date.now(), BATCH));
  if (i % 3 === 0) {
    journal.flush();
    process.stdout.write(`sample ${journal.head('sample')}\n`);
  }
}
for (let i = 0; i < Number(more); i++) journal.appendSamples(samplesAt(Date.now(), BATCH));
if (Number(more) > 0) {
  journal.flush();
  process.stdout.write(`sample ${journal.head('sample')}\n`);
}
journal.close();
