import { afterEach, describe, expect, it } from 'vitest';
import type { MqttOptions } from '#agent/model/receiver.ts';
import { defaultTuning } from '#agent/uplink/tuning.ts';
import { type OwnWord, type Receiver, startReceiver } from '#simulators/receiver/receiver.ts';
import { receiverOptions, runUplink, type RunningUplink } from './harness.ts';
import { memoryJournal, samples, type MemoryJournal } from './memory-journal.ts';
import { startMosquitto, until, type Mosquitto } from './mosquitto.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

type Version = MqttOptions['version'];
const versions: readonly Version[] = [5, '3.1.1'];

async function broker(): Promise<Mosquitto> {
  const mosquitto = await startMosquitto();
  cleanups.push(() => mosquitto.stop());
  return mosquitto;
}

async function platform(url: string, version: Version, answer?: (name: string) => OwnWord): Promise<Receiver> {
  const receiver = await startReceiver({ url, version, topicPrefix: 'firewatch', ...(answer && { answer }) });
  cleanups.push(() => receiver.stop());
  return receiver;
}

function uplink(journal: MemoryJournal, url: string, version: Version, withinMs = 10_000): RunningUplink {
  const acknowledgement = { topic: 'firewatch/h2o2-demo/acknowledged', withinMs };
  const receiver = receiverOptions(url, { version, requireSubscriber: version === 5, acknowledgement });
  const running = runUplink(journal, receiver);
  cleanups.push(running.close);
  return running;
}

const isDrained = (running: RunningUplink): boolean =>
  running.latest()?.lanes.every(({ lagRecords }) => lagRecords === 0) ?? false;

for (const version of versions)
  describe(`a receiver that answers for itself over MQTT ${version}`, () => {
    it('has a record only once it says so, however long the broker has had it', async () => {
      const { url } = await broker();
      let word: OwnWord = 'unanswered';
      const receiver = await platform(url, version, () => word);
      const journal = memoryJournal();
      journal.addAlarm(Date.now());
      const running = uplink(journal, url, version, 300);
      await until(() => receiver.report().duplicates >= 1, receiver.report);
      expect(running.latest()?.lanes[0]?.acknowledged).toBe(0);
      await until(
        () => /the receiver has not answered within 300 ms/.test(running.latest()?.reason ?? ''),
        running.latest,
      );
      word = 'accepted';
      await until(() => isDrained(running), running.latest);
      expect(receiver.report()).toMatchObject({ records: 1, gaps: 0, invalid: 0 });
      await until(() => running.latest()?.reason === '', running.latest);
    });

    it('gets again what it did not answer, and nothing else', async () => {
      const { url } = await broker();
      const seen = new Map<string, number>();
      const receiver = await platform(url, version, (name) => {
        const times = (seen.get(name) ?? 0) + 1;
        seen.set(name, times);
        return times === 1 && name.endsWith('/alarm/3') ? 'ignored' : 'accepted';
      });
      const journal = memoryJournal();
      for (let count = 0; count < 6; count += 1) journal.addAlarm(Date.now());
      for (let count = 0; count < 3; count += 1) journal.addSamples(Date.now(), samples(Date.now(), 200));
      const running = uplink(journal, url, version, 4_000);
      await until(() => isDrained(running), running.latest);
      expect(receiver.missing(journal.heads())).toEqual([]);
      expect(receiver.report()).toMatchObject({ duplicates: 0, invalid: 0 });
      expect(seen.get('h2o2-demo/alarm/3')).toBe(2);
      expect([...seen.values()].filter((times) => times > 1)).toHaveLength(1);
    });

    it('refuses one record for good: it goes into quarantine with its reason, and the others arrive', async () => {
      const { url } = await broker();
      let refusals = 0;
      const receiver = await platform(url, version, (name) => {
        // As often as it takes; the message that then accounts for the record in its place has the same name.
        if (!name.endsWith('/alarm/2') || refusals === defaultTuning.tries) return 'accepted';
        refusals += 1;
        return { refused: '报警编号重复' };
      });
      const journal = memoryJournal();
      for (let count = 0; count < 4; count += 1) journal.addAlarm(Date.now());
      const running = uplink(journal, url, version);
      await until(() => running.latest()?.quarantine.length === 1, running.latest);
      expect(running.latest()?.quarantine).toMatchObject([{ stream: 'alarm', seq: 2, reason: '报警编号重复' }]);
      await until(() => isDrained(running), running.latest);
      await until(() => receiver.missing(journal.heads()).length === 0, receiver.report);
      expect(receiver.report().alarms.map(({ seq }) => seq)).toEqual([1, 3, 4]);
    });

    it('loses nothing of what a broker without a memory forgot when it was killed', async () => {
      const mosquitto = await broker();
      const receiver = await platform(mosquitto.url, version, () => 'accepted');
      const journal = memoryJournal();
      const running = uplink(journal, mosquitto.url, version, 500);
      const writing = setInterval(() => {
        journal.addAlarm(Date.now());
        journal.addSamples(Date.now(), samples(Date.now(), 50));
      }, 5);
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
      await until(() => isDrained(running), running.latest);
      expect(receiver.missing(journal.heads())).toEqual([]);
      expect(receiver.report()).toMatchObject({ gaps: 0, invalid: 0 });
    });
  });
