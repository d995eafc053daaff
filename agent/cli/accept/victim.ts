import { z } from 'zod';
import { systemClock } from '#agent/model/clock.ts';
import { siteId } from '#agent/model/ids.ts';
import { startSite } from '#agent/site.ts';
import { testSite } from './test-site.ts';
import type { Driver } from '#drivers/driver.ts';
import { testSource } from './test-source.ts';

/**
 * A process of its own that is killed: raises the test alarm, writes test records, says what is on disk, and waits for its
 * end. Its first argument is a {@link VictimOrder} as JSON.
 */
const order = z
  .object({
    site: z.object({ id: z.string(), name: z.string(), timezone: z.string() }),
    journal: z.object({
      directory: z.string(),
      maxAgeMs: z.number(),
      maxBytes: z.number(),
      sampleCommitMs: z.number(),
    }),
    notes: z.int(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));

const { site, journal, notes } = order;
const config = testSite(
  { site: { ...site, id: siteId(site.id) }, journal, points: [], receivers: [] },
  { directory: journal.directory, input: { isRaised: true, value: 0 } },
);
const running = startSite({ config, drivers: [testSource as Driver], clock: systemClock, tell: () => {} });
for (let number = 1; number <= notes; number += 1)
  running.note({ kind: 'acceptance.test', text: `验收试验记录 ${number} · acceptance test record ${number}` });

const LOOK_MS = 20;
const timer = setInterval(() => {
  const heads = { alarm: running.journal.head('alarm'), event: running.journal.head('event') };
  // Samples are committed a moment later; by them the next start knows that all of this is simulated.
  if (running.journal.head('sample') === 0) return;
  clearInterval(timer);
  console.log(JSON.stringify(heads));
}, LOOK_MS);
