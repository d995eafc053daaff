import { openJournal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { siteId } from '#agent/model/ids.ts';
import { samplesAt } from './sample-fixture.ts';

/** Makes `argv[3]` durable commits and `argv[4]` commits of samples, then dies without closing. */
const journal = openJournal({
  directory: process.argv[2] ?? '',
  site: siteId('fsync'),
  clock: systemClock,
  maxAgeMs: 1e12,
  maxBytes: 1e9,
  sampleCommitMs: 60_000,
});
for (let i = 0; i < Number(process.argv[3]); i++) {
  journal.commit([{ stream: 'event', body: { time: i, kind: 'fsync.test', text: 'x', flags: 1 } }]);
}
for (let i = 0; i < Number(process.argv[4]); i++) {
  journal.appendSamples(samplesAt(Date.now(), 5));
  journal.flush();
}
process.kill(process.pid, 'SIGKILL');
