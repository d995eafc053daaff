import { afterEach, describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { bad, GOOD, type Quality } from '#agent/model/quality.ts';
import type { Hj212Options, ReceiverOptions } from '#agent/model/receiver.ts';
import type { Sample } from '#agent/model/sample.ts';
import { type Hj212Endpoint, startHj212Endpoint } from '#simulators/receiver/hj212-endpoint.ts';
import { receiverOptions, runUplink, type RunningUplink } from '../harness.ts';
import { memoryJournal } from '../memory-journal.ts';
import { until } from '../mosquitto.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function endpoint(...parts: Parameters<typeof startHj212Endpoint>): Promise<Hj212Endpoint> {
  const started = await startHj212Endpoint(...parts);
  cleanups.push(started.stop);
  return started;
}

const receiver = (port: number, changes: Partial<Hj212Options> = {}, more: Partial<ReceiverOptions> = {}) => ({
  ...receiverOptions('mqtt://none', {}, { alarm: { streams: [] }, live: { streams: ['sample'], withinMs: 1e12 } }),
  transport: {
    kind: 'hj212' as const,
    url: `tcp://127.0.0.1:${port}`,
    host: '127.0.0.1',
    port,
    st: '31',
    mn: '010000A8900016F000169DC0',
    password: { reveal: () => '123456' },
    timeoutMs: 100,
    retries: 3,
    timeZone: 'Asia/Shanghai',
    points: [
      { point: pointId('F-1.so2'), code: 'a21026', factor: 1, decimals: 1 },
      { point: pointId('F-1.temperature'), code: 'a01012', factor: 1, decimals: 1 },
    ],
    simulated: 'refuse' as const,
    ...changes,
  },
  ...more,
});

function uplink(...parts: Parameters<typeof runUplink>): RunningUplink {
  const running = runUplink(...parts);
  cleanups.push(running.close);
  return running;
}

const START = Date.parse('2026-03-01T08:00:00+08:00');
const sample = (point: string, value: number | null, ms: number, quality: Quality = GOOD): Sample => ({
  point: pointId(point),
  value,
  quality,
  sourceTime: START + ms,
  receiveTime: START + ms,
  flags: 0,
});

const isDrained = (running: RunningUplink): boolean =>
  running.latest()?.lanes.every(({ lagRecords }) => lagRecords === 0) ?? false;

describe('uplink over HJ 212', () => {
  it('sends real-time data by codes, with marks of quality and times of the site', async () => {
    const platform = await endpoint();
    const journal = memoryJournal();
    journal.addSamples(START + 2_000, [
      sample('F-1.so2', 12.34, 0),
      sample('F-1.temperature', 80, 10),
      sample('F-1.other', 1, 10),
      sample('F-1.so2', null, 1_000, bad('comm-lost')),
      sample('F-1.temperature', 400, 1_000, bad('over-range')),
      sample('F-1.temperature', 399, 1_500, bad('sensor-fault')),
    ]);
    const running = uplink(journal, receiver(platform.port));
    await until(() => isDrained(running), running.latest);
    expect(platform.faults).toEqual([]);
    expect(platform.frames[0]?.head).toEqual({
      QN: '20260301080002000',
      ST: '31',
      CN: '2011',
      PW: '123456',
      MN: '010000A8900016F000169DC0',
      Flag: '5',
    });
    expect(platform.frames.map(({ data }) => data)).toEqual([
      'DataTime=20260301080000;a21026-Rtd=12.3,a21026-Flag=N;a01012-Rtd=80.0,a01012-Flag=N',
      'DataTime=20260301080001;a21026-Flag=B;a01012-Rtd=400.0,a01012-Flag=T',
      'DataTime=20260301080001;a01012-Rtd=399.0,a01012-Flag=D',
    ]);
  });

  it('repeats a frame with the same QN until it is answered, and again after a lost connection', async () => {
    let frames = 0;
    const platform = await endpoint(() => {
      frames += 1;
      return frames % 3 === 0 ? '9014' : 'silence';
    });
    const journal = memoryJournal();
    for (let second = 0; second < 10; second += 1)
      journal.addSamples(START + 1_000 * second, [sample('F-1.so2', second, 1_000 * second)]);
    const running = uplink(journal, receiver(platform.port, { timeoutMs: 30 }));
    await until(() => frames > 10);
    platform.cut();
    await until(() => isDrained(running), running.latest);
    const values = platform.frames.map(({ data }) => Number(/Rtd=([\d.]+)/.exec(data)?.[1]));
    expect([...new Set(values)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const numbers = new Set(platform.frames.map(({ head, data }) => `${head['QN']} ${data}`));
    expect(numbers.size).toBe(10);
  });

  it('gives up a platform that never answers, says so, and connects again', async () => {
    const platform = await endpoint(() => 'silence');
    const journal = memoryJournal();
    journal.addSamples(START, [sample('F-1.so2', 1, 0)]);
    const running = uplink(journal, receiver(platform.port, { timeoutMs: 20 }));
    await until(() => /no answer 9014 to 4 transmissions/.test(running.latest()?.reason ?? ''), running.latest);
    expect(platform.frames.length).toBeGreaterThanOrEqual(4);
  });

  it('says which setting the platform refuses', async () => {
    const platform = await endpoint(() => '9011:4');
    const journal = memoryJournal();
    journal.addSamples(START, [sample('F-1.so2', 1, 0)]);
    const running = uplink(journal, receiver(platform.port));
    await until(() => /QnRtn=4.*transport\.mn/.test(running.latest()?.reason ?? ''), running.latest);
  });

  it('refuses whatever the platform asks of the instrument', async () => {
    const platform = await endpoint();
    const running = uplink(memoryJournal(), receiver(platform.port));
    await until(() => running.latest()?.state === 'connected', running.latest);
    platform.ask(
      'QN=20260301080000001;ST=31;CN=1012;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&SystemTime=20260301080000&&',
    );
    await until(() => platform.replies.length > 0);
    expect(platform.replies[0]).toMatchObject({ head: { QN: '20260301080000001', CN: '9011' }, data: 'QnRtn=2' });
  });

  it('sends minutes as least, mean and greatest', async () => {
    const platform = await endpoint();
    const journal = memoryJournal();
    for (const [second, value] of [10, 30, 20].entries())
      journal.addSamples(START + 1_000 * second, [sample('F-1.so2', value, 1_000 * second)]);
    journal.addSamples(START + 60_000, [sample('F-1.so2', 99, 60_000)]);
    const sampling = { mode: 'aggregate', everyMs: 60_000, values: ['min', 'mean', 'max', 'count'] } as const;
    const running = uplink(journal, receiver(platform.port, {}, { sampling }));
    await until(() => isDrained(running), running.latest);
    expect(platform.frames.map(({ head, data }) => [head['CN'], data])).toEqual([
      ['2051', 'DataTime=20260301080000;a21026-Min=10.0,a21026-Avg=20.0,a21026-Max=30.0,a21026-Flag=N'],
    ]);
  });

  it('lets no simulated value pass for a real one', async () => {
    const platform = await endpoint();
    const journal = memoryJournal();
    journal.addSamples(START, [{ ...sample('F-1.so2', 1, 0), flags: Flag.sim }]);
    journal.addSamples(START + 1_000, [sample('F-1.so2', 2, 1_000)]);
    const strict = uplink(journal, receiver(platform.port));
    await until(() => isDrained(strict), strict.latest);
    expect(platform.frames.map(({ data }) => data)).toEqual(['DataTime=20260301080001;a21026-Rtd=2.0,a21026-Flag=N']);
    expect(strict.latest()?.quarantine).toMatchObject([{ stream: 'sample', seq: 1 }]);
    strict.close();
    const other = memoryJournal();
    other.addSamples(START, [{ ...sample('F-1.so2', 1, 0), flags: Flag.sim }]);
    const marked = uplink(other, receiver(platform.port, { simulated: 'marked' }));
    await until(() => isDrained(marked), marked.latest);
    expect(platform.frames.at(-1)?.data).toBe('DataTime=20260301080000;a21026-Rtd=1.0,a21026-Flag=N,a21026-Sim=1');
  });
});
