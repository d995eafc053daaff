import { systemClock } from '#agent/model/clock.ts';
import { factMappingSchema, mapFacts } from '#drivers/json-feed/fact-mapping.ts';
import { readJson } from '#drivers/json-feed/read-json.ts';
import { TagFeed } from '#drivers/locating/tag-feed.ts';
import { Hearing as LocalSenseHearing } from '#drivers/local-sense/hearing.ts';
import { Hearing as OmloxHearing } from '#drivers/omlox/hearing.ts';
import { Crowd, type Report } from '#simulators/locating/crowd.ts';
import { jsonMessage } from '#simulators/locating/json-wire.ts';
import { positionFrame } from '#simulators/locating/local-sense-frame.ts';
import type { BenchResult } from './result.ts';

const TAGS = 2000;
const ROUNDS = 30;
/** Tags in one frame of a hub that sends what it has ten times a second. */
const BATCH = 100;
/** Of a core, for reading 2,000 tags once a second: a fifth of what reading and zones together may take. */
const SHARE_PERCENT = 2;

interface Fed {
  readonly feed: TagFeed;
  readonly told: () => number;
}

function fed(): Fed {
  let told = 0;
  const options = { interval: 60_000, quiet: 60_000, maxTags: 20_000, maxRate: 100_000 };
  const feed = new TagFeed({ clock: systemClock, points: [] }, options, (signal) => {
    if (signal.type === 'facts') told += signal.facts.filter(({ kind }) => kind === 'tag-fix').length;
  });
  return { feed, told: () => told };
}

const batches = (reports: readonly Report[]): Report[][] =>
  Array.from({ length: Math.ceil(reports.length / BATCH) }, (_, at) => reports.slice(at * BATCH, (at + 1) * BATCH));

const locationOf = (report: Report): string =>
  JSON.stringify({
    event: 'message',
    topic: 'location_updates',
    payload: [
      {
        position: { type: 'Point', coordinates: [report.x, report.y, report.z] },
        source: 'zone-1',
        provider_type: 'uwb',
        provider_id: report.tag.toString(),
        timestamp_generated: new Date(report.time).toISOString(),
        accuracy: 0.3,
        floor: report.floor,
      },
    ],
  });

const mapping = factMappingSchema.parse({
  each: 'tags',
  tag: 'id',
  x: 'pos.x',
  y: 'pos.y',
  scale: 0.001,
  floor: 'level',
  time: 'ts',
  battery: 'bat',
  asleep: 'rest',
});

/** What it costs to read 2,000 tags once a second, by protocol, from bytes to facts. */
export async function bench(): Promise<BenchResult[]> {
  const crowd = new Crowd({ people: TAGS, seed: 1 });
  for (const tag of crowd.tags) crowd.person(tag).hold({ x: 5, y: 5, floor: 1 }, true);
  const steps = Array.from({ length: ROUNDS }, () => crowd.step(1000, Date.now()).reports);
  const frames = steps.flatMap((reports) =>
    batches(reports).map((batch) => positionFrame(batch, crowd.plan, { width: 8, isLong: true })),
  );
  const locations = steps.flatMap((reports) => reports.map(locationOf));
  const json = steps.flatMap((reports) =>
    batches(reports).map((batch, nth) => jsonMessage({ reports: batch, happenings: [] }, nth)),
  );

  const sense = fed();
  const senseHearing = new LocalSenseHearing({ positions: 'plan', checksum: 'auto' }, systemClock, sense.feed);
  const hub = fed();
  const hubHearing = new OmloxHearing('provider', systemClock, hub.feed, false);
  const other = fed();
  return [
    share('LocalSense', sense, () => {
      for (const frame of frames) senseHearing.take(frame);
    }),
    share('omlox', hub, () => {
      for (const text of locations) hubHearing.take(text, () => false);
    }),
    share('json-feed', other, () => {
      for (const text of json) {
        const { fixes, states } = mapFacts(mapping, readJson(text), { receiveTime: Date.now(), zone: undefined });
        other.feed.tell(fixes, states);
      }
    }),
  ];
}

function share(name: string, { told, feed }: Fed, run: () => void): BenchResult {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  feed.close();
  if (told() !== TAGS * ROUNDS) throw new Error(`${name}: ${told()} fixes of ${TAGS * ROUNDS} were told`);
  const measured = ((user + system) / 1e6 / ROUNDS) * 100;
  return {
    name: `locating: ${name}, ${TAGS} tags once a second`,
    unit: '% of a core',
    target: `≤ ${SHARE_PERCENT}`,
    measured,
    reference: null,
    ratio: null,
    ok: measured <= SHARE_PERCENT,
  };
}
