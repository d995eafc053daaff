import { expect, it, onTestFinished } from 'vitest';
import type { FloodView } from '#agent/model/flood.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';
import { serveSite, visitor } from '../../web/served-site.ts';
import { recordsOf } from '../played-site.ts';

const ALARMS = 10_000;
const BATCH = 100;

/** A site file of so many points with one alarm each; a tenth of them is critical. */
function yamlOf(port: number): string {
  const points = Array.from({ length: ALARMS }, (_, index) => {
    const priority = index % 10 === 0 ? 'critical' : 'medium';
    return `  - { id: P-${index}, source: plant, address: p${index}, kind: pressure, unit: MPa, zone: z${index % 7}, staleAfter: 1h, alarms: { H: { setpoint: 1, priority: ${priority} } } }`;
  });
  return `floods:\n  - { id: alarms }\npoints:\n${points.join('\n')}\nreceivers:\n  - { id: park, transport: { kind: mqtt, url: "mqtt://127.0.0.1:${port}", clientId: flood, topicPrefix: firewatch } }\n`;
}

it('a flood of 10,000 alarms loses none, is told as a summary before the detail, and page and receiver go on', async () => {
  const receiver = await startReceiver({ embeddedBroker: { port: 0 }, topicPrefix: 'firewatch' });
  onTestFinished(() => receiver.stop());
  const { site, page, directory, stop } = await serveSite({
    yaml: yamlOf(receiver.port),
    page: { anonymous: 'viewer' },
  });
  const { ask } = visitor(page);
  const json = async (path: string): Promise<unknown> => (await ask('GET', path)).json();

  for (let start = 0; start < ALARMS; start += BATCH) {
    site.play(Object.fromEntries(Array.from({ length: BATCH }, (_, index) => [`P-${start + index}`, 2])));
    // The page asks on in the midst of it, and the overview counts what has come so far.
    expect(await json('/api/overview')).toMatchObject({ alarms: { critical: { standing: (start + BATCH) / 10 } } });
  }
  // The flood has an alarm of its own.
  const list = (await json('/api/alarms?limit=50')) as { readonly total: number; readonly alarms: readonly object[] };
  expect([list.total, list.alarms.length]).toEqual([ALARMS + 1, 50]);
  const views = (await json('/api/views')) as Readonly<Record<string, FloodView>>;
  expect(views['flood/alarms']?.flood).toMatchObject({ alarms: ALARMS, priorities: { critical: 1000, medium: 9000 } });

  const arrived = (): number => receiver.report().perStream.alarm?.records ?? 0;
  // As long as it goes on, it has time.
  for (let before = -1; arrived() <= ALARMS; before = arrived()) await until(() => arrived() > before, arrived);
  await stop();
  const kept = recordsOf(directory, 'alarm', 20_000).map(({ body }) => body);
  expect(kept.filter(({ event, kind }) => event === 'raised' && kind === 'H')).toHaveLength(ALARMS);
  const { alarms, faults, perStream } = receiver.report();
  expect([faults, receiver.missing({ alarm: kept.length }), perStream.alarm?.outOfOrder]).toEqual([[], [], 0]);
  // The alarm of the flood is ahead of all but the first alarms, and the summary says what it was then.
  expect(alarms.findIndex(({ alarm }) => alarm === 'alarms.flood/state')).toBeLessThanOrEqual(2 * BATCH);
  const [began] = recordsOf(directory, 'event').filter(({ body }) => body.kind === 'alarm-flood.began');
  expect(began?.body.text).toBe(
    'alarms: alarm flood began: 100 alarms (critical 10, high 0, medium 90, low 0), the first P-0/H',
  );
}, 240_000);
