import { fileURLToPath } from 'node:url';
import { openJournal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { fileDropOptions, receiverOptions, runUplink, site } from './harness.ts';
import { samples, transition } from './memory-journal.ts';

/**
 * An agent reduced to journal and uplink, to be killed: `node agent-process.ts DIRECTORY URL write|drain`, where URL
 * leads to a broker or, with file://, to a directory for files. Tells
 * `{"head":…}` when it has written something, and `{"drained":{…heads}}` once all has arrived.
 */
const [directory = '', url = '', mode] = process.argv.slice(2);
const journal = openJournal({
  directory,
  site: site.id,
  clock: systemClock,
  maxAgeMs: 86_400_000,
  maxBytes: 1e9,
  sampleCommitMs: 20,
});
const tell = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
const options = receiverOptions(url, {}, { inFlight: 10 });
const receiver = url.startsWith('file:') ? { ...options, transport: fileDropOptions(fileURLToPath(url)) } : options;
const running = runUplink(journal, receiver, { tuning: { flushMs: 30 } });

if (mode === 'write') {
  setInterval(() => {
    journal.appendSamples(samples(Date.now(), 30));
    const [record] = journal.commit([{ stream: 'alarm', body: transition(Date.now()) }]);
    tell({ head: record?.seq });
  }, 5);
} else {
  setInterval(() => {
    const lanes = running.latest()?.lanes ?? [];
    if (lanes.length === 0 || lanes.some((lane) => lane.lagRecords > 0)) return;
    tell({ drained: { alarm: journal.head('alarm'), sample: journal.head('sample'), gap: journal.head('gap') } });
    running.close();
    journal.close();
    process.exit(0);
  }, 20);
}
