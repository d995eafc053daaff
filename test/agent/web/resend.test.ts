import { expect, it, onTestFinished } from 'vitest';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';
import { POINTS, serveSite, setUp } from './served-site.ts';

it('what a receiver acknowledged and lost is sent once more by an engineer, while the site runs, and is on record', async () => {
  const receiver = await startReceiver({ topicPrefix: 'firewatch', embeddedBroker: { port: 0 } });
  onTestFinished(() => receiver.stop());
  const transport = `{ kind: mqtt, url: "mqtt://127.0.0.1:${receiver.port}" }`;
  const yaml = `${POINTS}receivers:\n  - { id: park, transport: ${transport} }\n`;
  const { site, page } = await serveSite({ yaml });
  const chief = await setUp(page);
  const resend = (body: object, to = 'park') => chief.ask('POST', `/api/uplinks/${to}/resend`, { body });
  const alarms = () => site.report().uplinks[0]?.lanes.find(({ stream }) => stream === 'alarm');
  site.play({ T: 95, F: 1 });
  await until(() => site.journal.head('alarm') >= 2 && alarms()?.lagRecords === 0, alarms);

  const sent = await resend({ stream: 'alarm', first: 1, last: 1 });
  expect(await sent.json()).toEqual({ stream: 'alarm', first: 1, last: 1 });
  await until(() => receiver.report().duplicates >= 2, receiver.report);
  await until(() => alarms()?.lagRecords === 0, alarms);
  const seen = receiver.report().duplicates;
  expect((await resend({ stream: 'alarm', from: 0, to: Date.now() + 1000 })).status).toBe(200);
  await until(() => receiver.report().duplicates >= seen + 2, receiver.report);

  const texts = await Promise.all(
    [
      await resend({ stream: 'alarm', first: 1, last: 9999 }),
      await resend({ stream: 'sample', from: 0, to: 1000 }),
      await resend({ items: ['a/b'] }),
      await resend({ stream: 'alarm', first: 1, last: 1 }, 'county'),
    ].map(async (answer) => [answer.status, await answer.text()]),
  );
  expect(texts).toEqual([
    [409, expect.stringMatching(/stream alarm ends with \d/)],
    [409, expect.stringContaining('nothing of stream sample lies there')],
    [409, expect.stringContaining('park is no platform')],
    [409, expect.stringContaining('no receiver county')],
  ]);
  const audit = site.journal.read('audit', 0, 100).flatMap((each) => (each.stream === 'audit' ? [each.body] : []));
  expect(audit.filter(({ action }) => action === 'uplink.resend')).toMatchObject([
    { who: 'chief', what: 'park', detail: { stream: 'alarm', first: 1, last: 1 } },
    { who: 'chief', what: 'park' },
  ]);
});
