import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpcuaFault } from '#simulators/opcua/fault.ts';
import { OpcuaSimulator } from '#simulators/opcua/opcua-simulator.ts';
import { plantTags } from '#simulators/plant/tags.ts';
import { isInGap, startRecordedRun } from './recorded-run.ts';
import type { RecordedRun, Recording } from './recorded-run.ts';

const SHOW_MS = 500;
const PUBLISH_MS = 200;
/** A change is known to have arrived when the next publishing interval is over; until then it may fall into the outage. */
const UNPUBLISHED_MS = 2 * PUBLISH_MS;
const tags = plantTags.filter(({ system, range }) => system === 'dcs' && range);

/** A value that says whose it is and when it was shown: another tag's, an old one or a percentage is recognised. */
const codeOf = (index: number, time: number): number => index * 1e9 + (time % 1e9);

let server: OpcuaSimulator;
let run: RecordedRun;
let shownAt: number[];
let showing: NodeJS.Timeout;

beforeEach(async () => {
  shownAt = [];
  server = new OpcuaSimulator({ port: 0 });
  const show = (): void => {
    const time = Date.now();
    shownAt.push(time);
    const all = tags.map(({ point }, index) => {
      const shown = codeOf(index, time);
      return { point, truth: shown, shown, isSensorGood: true };
    });
    server.show(all, time);
  };
  show();
  await server.start();
  showing = setInterval(show, SHOW_MS);
  run = await startRecordedRun(
    {
      kind: 'opcua',
      endpoint: server.endpoint,
      publishingInterval: `${PUBLISH_MS}ms`,
      samplingInterval: '50ms',
      keepAlive: '500ms',
      connectTimeout: '2s',
      requestTimeout: '2s',
    },
    tags.map(({ point, tag }) => ({ id: point, address: `nsu=urn:firewatch:simulator:plant;s=${tag}` })),
  );
  await run.untilGood(tags.length * 3);
}, 180_000);

afterEach(async () => {
  await run.close();
  clearInterval(showing);
  await server.stop();
}, 180_000);

const isOffline = ({ status }: { status?: { state: string } }): boolean => status?.state === 'offline';

/** The journal is right when every good value is the one that its tag showed at its time, and nothing is missing unsaid. */
function expectTruth({ samples, gaps }: Recording): void {
  const indexOf = new Map<string, number>(tags.map(({ point }, index) => [point, index]));
  const good = samples.filter(({ quality }) => quality === 'good');
  expect(good.length).toBeGreaterThan(tags.length * 5);
  const wrong = good.filter(({ point, value, sourceTime }) => value !== codeOf(indexOf.get(point) ?? -1, sourceTime));
  expect(wrong.slice(0, 5)).toEqual([]);

  const recorded = new Set(good.map(({ point, sourceTime }) => `${point} ${sourceTime}`));
  const first = Math.max(
    ...tags.map(({ point }) => good.find((sample) => sample.point === point)?.sourceTime ?? Infinity),
  );
  const last = Math.min(...tags.map(({ point }) => good.findLast((sample) => sample.point === point)?.sourceTime ?? 0));
  const between = shownAt.filter((time) => time >= first && time <= last);
  expect(between.length).toBeGreaterThan(5);
  const lost = between
    .filter((time) => !isInGap(gaps, time, UNPUBLISHED_MS))
    .flatMap((time) =>
      tags.filter(({ point }) => !recorded.has(`${point} ${time}`)).map(({ point }) => `${point} ${time}`),
    );
  expect(lost.slice(0, 5)).toEqual([]);
}

describe('an OPC UA server that fails under a running agent', () => {
  it('is read again after a restart, and the time without it is a gap', async () => {
    await server.fault({ kind: 'gone' });
    await run.untilStatus('offline', isOffline);
    await server.clear('gone');
    await run.untilGood(tags.length * 3);

    const recording = await run.finish();
    expectTruth(recording);
    expect(recording.gaps.some(({ reason, to }) => reason === 'comm-lost' && to !== undefined)).toBe(true);
  }, 300_000);

  it('is given up when it hangs, told with its reason, and read again when it answers', async () => {
    await server.fault({ kind: 'hang' });
    const { status } = await run.untilStatus('offline', isOffline);
    expect(status?.reason).not.toBe('');
    await server.clear('hang');
    await run.untilGood(tags.length * 3);

    const recording = await run.finish();
    expectTruth(recording);
    expect(recording.samples.filter(({ reason }) => reason === 'comm-lost').length).toBeGreaterThanOrEqual(tags.length);
  }, 300_000);

  it('never delivers another tag when it comes back with its namespaces swapped', async () => {
    await server.fault({ kind: 'namespace-shift' });
    await run.untilGood(tags.length * 3);
    await server.clear('namespace-shift');
    await run.untilGood(tags.length * 3);

    expectTruth(await run.finish());
  }, 300_000);

  it('is read in smaller requests when its limits are lowered', async () => {
    const limits: OpcuaFault = {
      kind: 'limits',
      nodesPerRead: 7,
      monitoredItemsPerCall: 5,
      nodesPerBrowse: 3,
      subscriptionsPerSession: 3,
    };
    await server.fault(limits);
    await run.untilGood(tags.length * 4);

    const recording = await run.finish();
    expectTruth(recording);
    const back = Math.max(...recording.gaps.map(({ to }) => to ?? 0));
    const after = recording.samples.filter(({ receiveTime, quality }) => receiveTime >= back && quality === 'good');
    expect(new Set(after.map(({ point }) => point)).size, 'every tag is read again').toBe(tags.length);
  }, 300_000);
});
