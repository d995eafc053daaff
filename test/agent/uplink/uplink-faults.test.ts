import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { startReceiver, type Receiver, type ReceiverSettings } from '#simulators/receiver/receiver.ts';
import { openLine, type Line } from './line.ts';
import { receiverOptions, runUplink, type RunningUplink } from './harness.ts';
import { memoryJournal, samples } from './memory-journal.ts';
import { until } from './mosquitto.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function platform(settings: Partial<ReceiverSettings> = {}): Promise<Receiver> {
  const receiver = await startReceiver({ topicPrefix: 'firewatch', ...settings });
  cleanups.push(() => receiver.stop());
  return receiver;
}

function uplink(...parts: Parameters<typeof runUplink>): RunningUplink {
  const running = runUplink(...parts);
  cleanups.push(running.close);
  return running;
}

const url = ({ port }: { readonly port: number }): string => `mqtt://127.0.0.1:${port}`;

async function line(port: number, bytesPerSecond: number): Promise<Line> {
  const opened = await openLine(port, bytesPerSecond);
  cleanups.push(opened.close);
  return opened;
}

describe('uplink to a difficult platform', () => {
  it('puts a message that the platform calls invalid into quarantine and delivers the others', async () => {
    const receiver = await platform({
      refuse: (_topic, payload) => (payload.includes('"id":"h2o2-demo/alarm/2"') ? 0x99 : undefined),
    });
    const journal = memoryJournal();
    for (let count = 0; count < 5; count += 1) journal.addAlarm(Date.now());
    const running = uplink(journal, receiverOptions(url(receiver)));
    await until(() => receiver.missing(journal.heads()).length === 0, running.latest);
    expect(receiver.report().perStream.alarm).toMatchObject({ records: 4, skipped: { quarantined: 1 } });
    await until(() => running.latest()?.quarantine.length === 1, running.latest);
    expect(running.latest()?.quarantine[0]).toMatchObject({
      stream: 'alarm',
      seq: 2,
      reason: expect.stringMatching(/payload format invalid \(0x99\)/),
    });
  });

  it('finds the message at which the platform hangs up', async () => {
    const receiver = await platform({
      refuse: (_topic, payload) => (payload.includes('"id":"h2o2-demo/alarm/3"') ? 'hang-up' : undefined),
    });
    const journal = memoryJournal();
    for (let count = 0; count < 6; count += 1) journal.addAlarm(Date.now());
    const running = uplink(journal, receiverOptions(url(receiver)), { tuning: { tries: 2 } });
    await until(() => receiver.missing(journal.heads()).length === 0, running.latest);
    expect(receiver.report().perStream.alarm).toMatchObject({ records: 5, skipped: { quarantined: 1 } });
  });

  it('keeps within the size and number of messages that the platform takes', async () => {
    const receiver = await platform({ embeddedBroker: { port: 0, receiveMaximum: 2, maximumPacketSize: 6_000 } });
    const journal = memoryJournal();
    journal.addSamples(Date.now(), samples(Date.now(), 2_000));
    const running = uplink(journal, receiverOptions(url(receiver)));
    await until(() => receiver.missing(journal.heads()).length === 0, running.latest);
    expect(receiver.report()).toMatchObject({ records: 1, samples: 2_000, invalid: 0, duplicates: 0 });
    expect(running.latest()?.quarantine).toEqual([]);
  });

  it('tells why the platform refuses the connection, and keeps trying', async () => {
    let refusals = 0;
    const receiver = await platform({ embeddedBroker: { port: 0, admit: () => (++refusals > 2 ? 0 : 0x8a) } });
    const running = uplink(memoryJournal(), receiverOptions(url(receiver)));
    await until(() => running.latest()?.state === 'connected', running.latest);
    expect(running.reports.find((report) => report.state === 'waiting')?.reason).toMatch(/banned \(0x8a\).*operator/);
  });

  it('survives a platform that takes messages and never acknowledges', async () => {
    let isSilent = true;
    const receiver = await platform({
      refuse: (topic) => (isSilent && !topic.endsWith('presence') ? 'silence' : undefined),
    });
    const journal = memoryJournal();
    journal.addAlarm(Date.now());
    const running = uplink(journal, receiverOptions(url(receiver)), { tuning: { ackTimeoutMs: 100, tries: 1_000 } });
    await until(() => (running.latest()?.connections ?? 0) >= 3, running.latest);
    isSilent = false;
    await until(() => receiver.missing(journal.heads()).length === 0, running.latest);
  });

  it('sends again what a platform has swallowed, while it goes on acknowledging what came later', async () => {
    const swallowed = new Set<string>();
    const receiver = await platform({
      refuse: (topic) => {
        if (!topic.endsWith('alarm') || swallowed.size > 0) return undefined;
        swallowed.add(topic);
        return 'silence';
      },
    });
    const journal = memoryJournal();
    journal.addAlarm(Date.now());
    const running = uplink(journal, receiverOptions(url(receiver)), { tuning: { ackTimeoutMs: 300, retryMs: 10 } });
    await until(() => swallowed.size === 1, running.latest);
    const goOn = setInterval(() => journal.addSamples(Date.now(), samples(Date.now(), 3)), 20);
    onTestFinished(() => clearInterval(goOn));
    await until(() => receiver.report().alarms.length === 1, running.latest);
    clearInterval(goOn);
    await until(() => receiver.missing(journal.heads()).length === 0, running.latest);
    expect(running.latest()).toMatchObject({ connections: 1, quarantine: [] });
  });

  it('gives up a message that is never acknowledged while all others are, and says so', async () => {
    const receiver = await platform({ refuse: (topic) => (topic.endsWith('alarm') ? 'silence' : undefined) });
    const journal = memoryJournal();
    journal.addAlarm(Date.now());
    const tuning = { ackTimeoutMs: 100, retryMs: 10, tries: 3 };
    const running = uplink(journal, receiverOptions(url(receiver)), { tuning });
    const goOn = setInterval(() => journal.addSamples(Date.now(), samples(Date.now(), 3)), 20);
    onTestFinished(() => clearInterval(goOn));
    await until(() => running.latest()?.quarantine.length === 1, running.latest);
    expect(running.latest()?.quarantine[0]).toMatchObject({
      stream: 'alarm',
      seq: 1,
      reason: 'not acknowledged for 100 ms, although messages sent after it were',
    });
  });

  it('lets an alarm through a line that is too slow for the samples', async () => {
    const receiver = await platform();
    const slow = await line(receiver.port, 40_000);
    const journal = memoryJournal();
    for (let seq = 0; seq < 60; seq += 1) journal.addSamples(Date.now() - 60_000, samples(Date.now(), 600));
    const running = uplink(journal, receiverOptions(url(slow)), { tuning: { windowBytes: 16_000 } });
    await until(() => receiver.report().samples > 1_000, running.latest);
    journal.addAlarm(Date.now());
    await until(() => receiver.report().alarms.length === 1, running.latest);
    expect(receiver.report().samples).toBeLessThan(60 * 600);
    expect(receiver.missing(journal.heads())).not.toEqual([]);
  });

  it('delivers everything once, in order, over a line of 1 kB/s', async () => {
    const receiver = await platform();
    const slow = await line(receiver.port, 1_000);
    const journal = memoryJournal();
    journal.addSamples(Date.now(), samples(Date.now(), 120));
    for (let count = 0; count < 5; count += 1) journal.addAlarm(Date.now());
    const running = uplink(journal, { ...receiverOptions(url(slow)), wire: 'compact' }, { points: [] });
    await until(() => receiver.missing(journal.heads()).length === 0, running.latest, 60_000);
    expect(receiver.report()).toMatchObject({ samples: 120, gaps: 0, invalid: 0, duplicates: 0 });
    expect(receiver.report().perStream.alarm).toMatchObject({ records: 5, outOfOrder: 0 });
  }, 180_000);

  it('is told to be lost when its connection breaks without a goodbye', async () => {
    const receiver = await platform();
    const { port, cut } = await line(receiver.port, Infinity);
    const running = uplink(memoryJournal(), receiverOptions(url({ port })), {
      tuning: { backoffBaseMs: 60_000, backoffCapMs: 60_000 },
    });
    await until(() => running.latest()?.state === 'connected', running.latest);
    cut();
    await until(() => receiver.report().presence === 'lost', receiver.report);
    expect(receiver.report().invalid).toBe(0);
    expect(running.latest()).toMatchObject({ state: 'waiting', nextAttempt: expect.any(Number) });
  });

  it('is verified by a platform that demands signatures, and believed by none with another key', async () => {
    const key = '00112233445566778899aabbccddeeff';
    const trusting = await platform({ trust: { keys: { k1: key }, mustBeSigned: true } });
    const journal = memoryJournal();
    journal.addSamples(Date.now(), samples(Date.now(), 500));
    journal.addAlarm(Date.now());
    const seal = {
      encrypt: { algorithm: 'SM4-GCM', keyId: 'k1', key: { reveal: () => key } },
      sign: { algorithm: 'HMAC-SM3', keyId: 'k1', key: { reveal: () => key } },
    } as const;
    uplink(journal, { ...receiverOptions(url(trusting)), wire: 'compact', seal });
    await until(() => trusting.missing(journal.heads()).length === 0, trusting.report);
    expect(trusting.report()).toMatchObject({ records: 2, samples: 500, invalid: 0, presence: 'online' });

    const suspicious = await platform({ trust: { keys: { k1: key.replace('0', '1') }, mustBeSigned: true } });
    uplink(memoryJournal(), { ...receiverOptions(url(suspicious)), seal });
    await until(() => suspicious.report().invalid > 0, suspicious.report);
    expect(suspicious.report().faults[0]).toMatch(/HMAC-SM3 signature does not fit/);
  });

  it('sends nothing with a key that does not fit, and says so instead of ending', async () => {
    const receiver = await platform();
    const seal = { encrypt: { algorithm: 'SM4-GCM', keyId: 'k1', key: { reveal: () => 'abcd' } } } as const;
    const running = uplink(memoryJournal(), { ...receiverOptions(url(receiver)), seal });
    expect(running.latest()).toMatchObject({
      state: 'waiting',
      reason: expect.stringMatching(/park: seal with SM4-GCM: the key has 2 bytes/),
    });
    expect(receiver.report().verified).toBe(0);
  });

  it('survives a journal that can not be read for a moment, wherever the reading was asked for', async () => {
    const receiver = await platform();
    const journal = memoryJournal();
    for (let count = 0; count < 300; count += 1) journal.addAlarm(Date.now());
    let reads = 0;
    const flaky: typeof journal = {
      ...journal,
      read(...query) {
        reads += 1;
        if (reads % 5 === 4) throw new Error('disk I/O error');
        return journal.read(...query);
      },
    };
    // Reports read, too: keep them rare, so that most reads are those of the lanes.
    const running = uplink(flaky, receiverOptions(url(receiver)), { tuning: { reportMs: 60_000 } });
    await until(() => receiver.missing(journal.heads()).length === 0, running.latest);
    expect(running.reports.some((report) => report.reason.includes('disk I/O error'))).toBe(true);
    expect(receiver.report()).toMatchObject({ records: 300, invalid: 0 });
  });

  it('goes on where a killed agent stopped, with repeats that have the same ids', async () => {
    const receiver = await platform();
    const journal = memoryJournal();
    for (let agent = 0; agent < 4; agent += 1) {
      for (let count = 0; count < 30; count += 1) journal.addAlarm(Date.now());
      const running = uplink(journal, receiverOptions(url(receiver)), { tuning: { flushMs: 5 } });
      await until(() => receiver.report().records > agent * 30 + 10, running.latest);
      running.close();
    }
    const last = uplink(journal, receiverOptions(url(receiver)));
    await until(() => receiver.missing(journal.heads()).length === 0, last.latest);
    expect(receiver.report()).toMatchObject({ records: 120, gaps: 0, invalid: 0 });
    expect(receiver.report().perStream.alarm?.outOfOrder).toBe(0);
  });
});
