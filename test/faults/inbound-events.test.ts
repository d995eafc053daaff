import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import { hasFlag } from '#agent/model/flags.ts';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { startSite } from '#agent/site.ts';
import { standingPlantAlarms } from '#agent/web/plant-alarms/standing-plant-alarms.ts';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import { recordsOf } from '#test/agent/site/played-site.ts';
import { freePort, until } from '#test/agent/uplink/mosquitto.ts';

it('what a robot and a fire panel post is on disk, on the page and at the receiver, marked as simulated, and names nobody', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-inbound-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const receiver = await startReceiver({ embeddedBroker: { port: 0 }, topicPrefix: 'firewatch' });
  onTestFinished(() => receiver.stop());
  const port = await freePort();
  const file = join(directory, 'site.yaml');
  writeFileSync(join(directory, 'token'), 'let-me-in');
  writeFileSync(
    file,
    `site: { id: inbound }
journal: { directory: ./data }
sources:
  - id: robot
    kind: json-feed
    transport: { kind: http, port: ${port}, path: /robot, token: "\${file:token}" }
    events:
      - { each: finds, id: id, kind: code, kinds: { LEAK_01: leak }, place: where, text: note, who: by }
      - { each: fire, id: loop, kind: "'fire'", place: room, state: s, states: { "on": unacknowledged, "off": normal } }
receivers:
  - { id: park, transport: { kind: mqtt, url: "mqtt://127.0.0.1:${receiver.port}", clientId: inbound, topicPrefix: firewatch } }
`,
  );
  const loaded = loadSite(file, { kinds: drivers, env: {} });
  if (!loaded.ok) throw new Error(loaded.errors.map(formatFinding).join('\n'));
  const site = startSite({ config: loaded.config, drivers, clock: systemClock, tell: () => {} });
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (!isStopped) await site.stop(5000);
    isStopped = true;
  };
  onTestFinished(stop);
  await until(() => site.report().sources[0]?.status?.state === 'online');
  const post = async (message: object): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${port}/robot`, {
      method: 'POST',
      body: JSON.stringify({ ...message, maker: SIMULATOR_VENDOR }),
      headers: { authorization: 'Bearer let-me-in' },
    });
    return response.status;
  };
  const leak = { id: 1, code: 'LEAK_01', where: 'P-101', note: '张三发现滴漏', by: '张三' };
  expect(await post({ finds: [leak, { id: 2, code: 'NEW_99', where: 'P-102' }] })).toBe(204);
  expect(await post({ finds: [leak], fire: [{ loop: 'L1', room: 'MCC', s: 'on' }] })).toBe(204);
  expect(await post({ fire: [{ loop: 'L2', room: 'pump house', s: 'on' }] })).toBe(204);
  expect(await post({ fire: [{ loop: 'L1', room: 'MCC', s: 'off' }] })).toBe(204);

  const standing = standingPlantAlarms(site.journal);
  expect(standing()).toMatchObject([{ source: 'robot', alarm: 'L2', condition: 'fire', sourceName: 'pump house' }]);
  const head = site.journal.head('event');
  await until(
    () => receiver.missing({ event: head }).length === 0,
    () => receiver.report(),
  );
  await stop();
  const told = recordsOf(directory, 'event').filter(({ body }) => /^(?:told\.|plant-alarm)/.test(body.kind));
  expect(told.map(({ body }) => [body.kind, body.detail?.['id'] ?? body.detail?.['alarm']])).toEqual([
    ['told.leak', '1'],
    ['told.unknown', '2'],
    ['plant-alarm', 'L1'],
    ['plant-alarm', 'L2'],
    ['plant-alarm', 'L1'],
  ]);
  expect(told.filter(({ body }) => !hasFlag(body.flags, 'sim'))).toEqual([]);
  expect(JSON.stringify(told)).not.toContain('张三');
  expect(receiver.report()).toMatchObject({ invalid: 0, gaps: 0 });
}, 300_000);
