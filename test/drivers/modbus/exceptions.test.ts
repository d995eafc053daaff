import { afterEach, describe, expect, it } from 'vitest';
import type { Signal } from '#drivers/driver.ts';
import { exception, honest, scriptedServer, type Asked } from './scripted-server.ts';
import { watch, type Watched } from './watch-driver.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).toReversed()) await undo();
});

/** A device that answers honestly unless `fault` gives an exception code. */
async function device(fault: (asked: Asked) => number | undefined) {
  const server = await scriptedServer((asked) => {
    const code = asked.code === 0x2b ? undefined : fault(asked);
    if (code === undefined) honest(asked);
    else asked.socket.write(exception(asked, code));
  });
  cleanup.push(server.stop);
  return server;
}

function open(port: number, points: Readonly<Record<string, string>>, more: object = {}): Watched {
  const watched = watch({
    options: { transport: { kind: 'tcp', host: '127.0.0.1', port }, interval: '40ms', timeout: '1s', ...more },
    points,
  });
  cleanup.push(watched.stop);
  return watched;
}

const isEvent = (signal: Signal, kind: string): boolean => signal.type === 'event' && signal.event.kind === kind;
const covers = ({ start, count }: Asked, register: number): boolean => start <= register && register < start + count;
const tenPoints = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`p${at}`, `holding:${at * 2} uint16`]));

describe('an exception', () => {
  it('02 puts the bad register alone in quarantine and keeps its neighbours', async () => {
    const server = await device((asked) => (covers(asked, 6) ? 2 : undefined));
    const watched = open(server.port, tenPoints);
    await watched.until(() => watched.of('p9').length >= 6);
    for (const id of ['p0', 'p2', 'p4', 'p9'])
      expect(watched.of(id).every(({ quality }) => quality.level === 'good')).toBe(true);
    for (const sample of watched.of('p3'))
      expect(sample).toMatchObject({ value: null, quality: { level: 'bad', reason: 'no-such-address', raw: 2 } });
    expect(watched.of('p3').length).toBeGreaterThanOrEqual(5);
    expect(watched.signals).toContainEqual(
      expect.objectContaining({ event: expect.objectContaining({ kind: 'modbus.refused', point: 'p3' }) }),
    );
    const asked = server.asked.filter(({ code }) => code === 3);
    expect(asked.slice(-6).some((request) => covers(request, 6))).toBe(false);
  });

  it('02 given once only, while the device starts, quarantines nothing', async () => {
    let left = 1;
    const server = await device(() => (left-- > 0 ? 2 : undefined));
    const watched = open(server.port, tenPoints);
    await watched.until(() => watched.of('p9').length >= 4);
    expect(watched.last('p3')?.quality.level).toBe('good');
    expect(watched.signals.filter(({ type }) => type === 'event')).toEqual([]);
  });

  it('02 for a gap between values makes two requests and loses no value', async () => {
    const server = await device((asked) => (covers(asked, 5) ? 2 : undefined));
    const watched = open(server.port, { a: 'holding:0 uint32 ABCD', b: 'holding:8 uint32 ABCD' });
    await watched.until(() => watched.of('b').length >= 4);
    expect(watched.samples().every(({ quality }) => quality.level === 'good')).toBe(true);
    expect(server.asked.filter((asked) => asked.code === 3 && covers(asked, 5))).toHaveLength(1);
  });

  it('03 for too many registers teaches the limit', async () => {
    const server = await device(({ count }) => (count > 5 ? 3 : undefined));
    const watched = open(server.port, tenPoints);
    await watched.until(() => watched.of('p9').length >= 4);
    expect(watched.samples().every(({ quality }) => quality.level === 'good')).toBe(true);
    const tooMany = server.asked.filter(({ code, count }) => code === 3 && count > 5);
    expect(tooMany.length).toBeLessThanOrEqual(3);
  });

  it('06 is waited for', async () => {
    let left = 2;
    const server = await device(() => (left-- > 0 ? 6 : undefined));
    const watched = open(server.port, { a: 'holding:1 uint16' });
    await watched.until(() => watched.samples().length >= 1);
    expect(watched.samples()[0]?.value).toBe(0x101);
  });

  it('06 without end gives a bad sample with its code', async () => {
    const server = await device(() => 6);
    const watched = open(server.port, { a: 'holding:1 uint16' });
    await watched.until(() => watched.samples().length >= 1);
    expect(watched.samples()[0]?.quality).toEqual({ level: 'bad', reason: 'comm-lost', raw: 6 });
  });

  it('06 for all blocks is waited for once: the points of the last are told as soon as those of the first', async () => {
    const server = await device(() => 6);
    const far = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`p${at}`, `holding:${at * 1000} uint16`]));
    const watched = open(server.port, far);
    await watched.until(() => watched.of('p5').length >= 1);
    const reads = server.asked.filter(({ code }) => code === 3);
    expect(reads.filter(({ start }) => start === 0).length).toBeGreaterThan(1);
    for (const start of [1000, 2000, 3000, 4000, 5000])
      expect(reads.filter((asked) => asked.start === start)).toHaveLength(1);
  });

  it.each([10, 11])('%i silences that unit alone', async (code) => {
    const server = await device(({ unit }) => (unit === 2 ? code : undefined));
    const watched = open(server.port, {
      a: 'holding:1 uint16 unit=1',
      b: 'holding:1 uint16 unit=2',
      c: 'holding:1 uint16 unit=3',
    });
    await watched.until(() => watched.of('c').length >= 5 && watched.of('b').length >= 5);
    expect([...watched.of('a'), ...watched.of('c')].every(({ quality }) => quality.level === 'good')).toBe(true);
    for (const { quality } of watched.of('b'))
      expect(quality).toEqual({ level: 'bad', reason: 'comm-lost', raw: code });
    expect(watched.error()).toBeUndefined();
    const states = watched.signals.filter((signal) => signal.type === 'status');
    expect(states.at(-1)).toMatchObject({
      state: 'degraded',
      reason: expect.stringContaining('unit 2: the gateway says'),
    });
  });

  it.each([
    [1, 'not-supported'],
    [3, 'not-supported'],
    [4, 'device-fault'],
    [8, 'device-fault'],
  ])('%i to a single value says %s', async (code, reason) => {
    const server = await device(({ start }) => (start === 100 ? code : undefined));
    const watched = open(server.port, { a: 'holding:1 uint16', b: 'holding:100 uint16' });
    await watched.until(() => watched.of('b').length >= 3 && watched.of('a').length >= 3);
    expect(watched.last('b')?.quality).toEqual({ level: 'bad', reason, raw: code });
    expect(watched.last('a')?.quality.level).toBe('good');
  });

  it.each([2, 4])(
    '%i to everything for a while, as a stopped PLC does, quarantines nothing for longer',
    async (code) => {
      let isStopped = false;
      const server = await device(() => (isStopped ? code : undefined));
      const watched = open(server.port, tenPoints);
      const all = Object.keys(tenPoints);
      await watched.until(() => watched.of('p9').length >= 2);
      isStopped = true;
      const refused = (): number => watched.signals.filter((one) => isEvent(one, 'modbus.refused')).length;
      await watched.until(() => refused() === all.length);
      isStopped = false;
      const before = watched.of('p9').length;
      await watched.until(() => all.every((id) => watched.last(id)?.quality.level === 'good'));
      // Of 750 cycles that a quarantine takes.
      expect(watched.of('p9').length - before).toBeLessThan(200);
      expect(watched.signals.filter((one) => isEvent(one, 'modbus.readable'))).toHaveLength(all.length);
      const asked = server.asked.length;
      await watched.until(() => watched.of('p9').length >= before + 250);
      expect(server.asked.length - asked, 'all are read by one request again').toBeLessThan(260);
    },
  );

  it('02 to everything but one register keeps the others in quarantine', async () => {
    const server = await device((asked) => (covers(asked, 6) && asked.count === 1 ? undefined : 2));
    const watched = open(server.port, tenPoints);
    const refused = (): number => watched.signals.filter((one) => isEvent(one, 'modbus.refused')).length;
    await watched.until(() => refused() === 9 && watched.of('p3').length >= 50);
    expect(watched.last('p3')?.quality.level).toBe('good');
    const asked = server.asked.filter(({ code }) => code === 3);
    expect(asked.slice(-20).every((request) => covers(request, 6))).toBe(true);
  });

  it('02 to everything costs no more than a bounded number of requests in a cycle', async () => {
    const server = await device(() => 2);
    const points = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`p${at}`, `holding:${at} uint16`]));
    const watched = open(server.port, points, { interval: '1h' });
    await watched.until(() => watched.samples().length >= 100);
    expect(server.asked.length).toBeLessThanOrEqual(40);
    expect(new Set(watched.samples().map(({ point }) => point)).size).toBe(100);
  });
});

describe('an atomic group', () => {
  it('is never split, not even to find what the device refuses', async () => {
    const server = await device((asked) => (covers(asked, 3) ? 2 : undefined));
    const watched = open(server.port, {
      value: 'holding:0 float32 ABCD group=g',
      status: 'holding:3 uint16 group=g',
      other: 'holding:2 uint16',
    });
    await watched.until(() => watched.of('status').length >= 4);
    expect(watched.last('value')?.quality).toMatchObject({ reason: 'no-such-address' });
    expect(watched.last('other')?.quality.level).toBe('good');
    const reads = server.asked.filter(({ code }) => code === 3);
    expect(reads.filter((asked) => covers(asked, 0) && !covers(asked, 3))).toEqual([]);
  });
});
