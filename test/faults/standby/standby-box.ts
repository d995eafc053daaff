import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { concat, interval, map, of } from 'rxjs';
import { z } from 'zod';
import { systemClock } from '#agent/model/clock.ts';
import { pointId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import { startSite } from '#agent/site.ts';
import { loadSite } from '#config/load-site.ts';
import type { Driver, Signal } from '#drivers/driver.ts';

/**
 * One box of a pair, to be killed: `node standby-box.ts DIRECTORY BOX URL,URL,URL`. Both read the same process, whose
 * value is a matter of the time alone: above its limit in every second period. Prints a line for each event of the pair.
 */
const [directory = '', box = '', servers = ''] = process.argv.slice(2);
const PERIOD_MS = 700;
const plant: Driver = {
  kind: 'plant',
  summary: 'a process that every box sees alike',
  schema: z.strictObject({}),
  address: z.string(),
  open: () =>
    concat(
      of<Signal>({ type: 'status', state: 'online', reason: '' }),
      interval(40).pipe(
        map((): Signal => {
          const period = Math.floor(Date.now() / PERIOD_MS);
          const sample = { value: period % 2 === 0 ? 20 : 95, quality: GOOD, sourceTime: period * PERIOD_MS };
          return {
            type: 'samples',
            samples: [{ ...sample, point: pointId('T'), receiveTime: systemClock.now(), flags: 0 }],
          };
        }),
      ),
    ),
  releaseWithinMs: 100,
};
const [url = '', ...others] = servers.split(',');
const nats = `{ kind: nats, url: "${url}", otherUrls: [${others.map((each) => `"${each}"`).join(', ')}], timeout: 2s }`;
const file = join(directory, 'site.yaml');
writeFileSync(
  file,
  `site: { id: pair }
standby: { box: ${box}, transport: ${nats}, lease: 3s }
sources: [{ id: plant, kind: plant }]
points: [{ id: T, source: plant, address: T, kind: temperature, unit: "°C", alarms: { H: { setpoint: 90 } } }]
receivers: [{ id: city, transport: ${nats} }]
`,
);
const loaded = loadSite(file, { kinds: [plant], env: {} });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
const site = startSite({ config: loaded.config, drivers: [plant], clock: systemClock, tell: () => undefined });
let told = 0;
setInterval(() => {
  const events = site.journal.read('event', told, 100);
  for (const { seq, body } of events) {
    told = seq;
    if ('kind' in body && body.kind.startsWith('standby.')) process.stdout.write(`${body.kind}\n`);
  }
}, 50);
process.on('SIGTERM', () => {
  void site.stop(20_000).then(() => process.exit(0));
});
