import { afterEach, describe, expect, it } from 'vitest';
import { startReceiver, type Receiver } from '#simulators/receiver/receiver.ts';
import { receiverOptions, runUplink, type RunningUplink } from './harness.ts';
import { gap, memoryJournal, samples, simulatedSamples } from './memory-journal.ts';
import { startMosquitto, until, type Mosquitto, type MosquittoOptions } from './mosquitto.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function broker(options?: MosquittoOptions): Promise<Mosquitto> {
  const mosquitto = await startMosquitto(options);
  cleanups.push(() => mosquitto.stop());
  return mosquitto;
}

async function platform(url: string): Promise<Receiver> {
  const receiver = await startReceiver({ url, topicPrefix: 'firewatch' });
  cleanups.push(() => receiver.stop());
  return receiver;
}

function uplink(...parts: Parameters<typeof runUplink>): RunningUplink {
  const running = runUplink(...parts);
  cleanups.push(running.close);
  return running;
}

describe('uplink through Mosquitto', () => {
  it('delivers every record of every stream once, verified against the published schemas', async () => {
    const mosquitto = await broker();
    const receiver = await platform(mosquitto.url);
    const journal = memoryJournal();
    const now = Date.now();
    journal.addAlarm(now);
    journal.add({ stream: 'gap', time: now, body: gap(now) });
    journal.add({ stream: 'event', time: now, body: { time: now, kind: 'source.offline', text: 'away', flags: 0 } });
    journal.add({ stream: 'audit', time: now, body: { time: now, who: 'li', action: 'acknowledge', what: 'T-101' } });
    journal.addSamples(now, samples(now, 100));
    uplink(journal, receiverOptions(mosquitto.url));
    journal.addSamples(now, simulatedSamples(now, 10));
    await until(() => receiver.missing(journal.heads()).length === 0, receiver.report);
    const report = receiver.report();
    expect(report).toMatchObject({ records: 6, samples: 110, duplicates: 0, gaps: 0, invalid: 0, presence: 'online' });
    expect(report.alarms).toMatchObject([{ seq: 1, alarm: 'T-101.temperature/HH', event: 'raised' }]);
    expect(report.simulated).toBe(1);
  });

  it('loses nothing and keeps order while the broker is killed and restarted', async () => {
    const mosquitto = await broker();
    const receiver = await platform(mosquitto.url);
    const journal = memoryJournal();
    const running = uplink(journal, receiverOptions(mosquitto.url));
    const write = (): void => {
      journal.addSamples(Date.now(), samples(Date.now(), 50));
      journal.addAlarm(Date.now());
    };
    const writing = setInterval(write, 5);
    cleanups.push(() => clearInterval(writing));
    for (let outage = 1; outage <= 2; outage += 1) {
      const before = receiver.report().records;
      await until(() => receiver.report().records > before + 40, receiver.report);
      await mosquitto.kill('SIGKILL');
      await until(() => running.latest()?.state === 'waiting', running.latest);
      await mosquitto.start();
      await until(() => (running.latest()?.connections ?? 0) > outage, running.latest);
    }
    clearInterval(writing);
    await until(
      () => receiver.missing(journal.heads()).length === 0,
      () => [receiver.report(), running.latest()],
    );
    const report = receiver.report();
    expect(report).toMatchObject({ gaps: 0, invalid: 0 });
    expect(report.perStream.alarm).toMatchObject({ records: journal.head('alarm'), outOfOrder: 0 });
    expect(report.perStream.sample).toMatchObject({ records: journal.head('sample') });
    expect(running.latest()?.quarantine).toEqual([]);
  });

  it('notices a broker that is frozen, and goes on when it thaws', async () => {
    const mosquitto = await broker();
    const receiver = await platform(mosquitto.url);
    const journal = memoryJournal();
    const running = uplink(journal, receiverOptions(mosquitto.url), { tuning: { ackTimeoutMs: 300 } });
    await until(() => running.latest()?.state === 'connected');
    await mosquitto.freeze();
    journal.addAlarm(Date.now());
    await until(() => running.latest()?.state === 'waiting', running.latest);
    expect(running.latest()?.reason).toMatch(/acknowledged nothing for 300 ms/);
    mosquitto.thaw();
    await until(() => receiver.missing(journal.heads()).length === 0, running.latest);
    expect(receiver.report()).toMatchObject({ records: 1, gaps: 0, invalid: 0 });
  });

  it('holds records while nobody is subscribed, and says so', async () => {
    const mosquitto = await broker();
    const journal = memoryJournal();
    journal.addAlarm(Date.now());
    const running = uplink(journal, receiverOptions(mosquitto.url));
    await until(() => /no subscriber/.test(running.latest()?.reason ?? ''), running.latest);
    const receiver = await platform(mosquitto.url);
    await until(() => receiver.missing(journal.heads()).length === 0, running.latest);
    await until(() => running.latest()?.reason === '', running.latest);
    expect(receiver.report()).toMatchObject({ records: 1, gaps: 0 });
  });

  it('says goodbye when it is stopped on purpose', async () => {
    const mosquitto = await broker();
    const receiver = await platform(mosquitto.url);
    const running = uplink(memoryJournal(), receiverOptions(mosquitto.url));
    await until(() => receiver.report().presence === 'online', running.latest);
    running.close();
    await until(() => receiver.report().presence === 'stopped', receiver.report);
  });
});
