import { afterEach, describe, expect, it } from 'vitest';
import type { Sample } from '#agent/model/sample.ts';
import { honest, honestAnswer, scriptedServer, type Asked } from './scripted-server.ts';
import { watch, type Watched } from './watch-driver.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).toReversed()) await undo();
});

/** A gateway that answers honestly unless the request gets no reply. */
async function gateway(isSilent: (asked: Asked) => boolean) {
  const server = await scriptedServer((asked) => {
    if (asked.code === 0x2b || !isSilent(asked)) honest(asked);
  });
  cleanup.push(server.stop);
  return server;
}

function open(port: number, points: Readonly<Record<string, string>>, more: object = {}): Watched {
  const watched = watch({
    options: { transport: { kind: 'tcp', host: '127.0.0.1', port }, interval: '50ms', timeout: '50ms', ...more },
    points,
  });
  cleanup.push(watched.stop);
  return watched;
}

const covers = ({ start, count }: Asked, register: number): boolean => start <= register && register < start + count;
const isGood = (sample: Sample | undefined): boolean => sample?.quality.level === 'good';

describe('a silent unit', () => {
  it('costs the units that answer no more than its share of the bus', async () => {
    const server = await gateway(({ unit }) => unit >= 4);
    const units = [1, 2, 3, 4, 5, 6];
    const watched = open(
      server.port,
      Object.fromEntries(units.map((unit) => [`u${unit}`, `holding:5 uint16 unit=${unit}`])),
      { silentUnits: { share: 0.1, longestWait: '1s' }, interval: '100ms' },
    );
    await watched.until(() => watched.of('u1').length >= 40);
    for (const unit of [1, 2, 3]) expect(watched.of(`u${unit}`).every(isGood)).toBe(true);
    for (const unit of [4, 5, 6]) {
      expect(watched.of(`u${unit}`).length).toBeGreaterThanOrEqual(10);
      for (const { value, quality } of watched.of(`u${unit}`))
        expect({ value, quality }).toEqual({ value: null, quality: { level: 'bad', reason: 'comm-lost' } });
    }
    const tries = server.asked.filter(({ unit, code }) => unit >= 4 && code === 3).length;
    expect(tries).toBeGreaterThanOrEqual(3);
    // Four seconds hold 80 timeouts; the credit of 5 s and a tenth of the time pay for 108 at most, the back-off for fewer.
    expect(tries).toBeLessThanOrEqual(40);
    expect(watched.error()).toBeUndefined();
  });

  it('is read again as soon as it answers', async () => {
    let isDead = true;
    const server = await gateway(({ unit }) => unit === 2 && isDead);
    const watched = open(server.port, { a: 'holding:1 uint16 unit=1', b: 'holding:1 uint16 unit=2' });
    await watched.until(() => watched.of('b').length >= 3);
    isDead = false;
    await watched.until(() => watched.last('b')?.value === 0x201 && watched.signals.at(-1)?.type === 'status');
    const texts = watched.signals.flatMap((signal) => (signal.type === 'event' ? [signal.event.kind] : []));
    expect(texts).toEqual(['modbus.unit-silent', 'modbus.unit-answers']);
    const states = watched.signals.flatMap((signal) => (signal.type === 'status' ? [signal.state] : []));
    expect(states.slice(-2)).toEqual(['degraded', 'online']);
  });
});

describe('a device that needs longer than the interval', () => {
  it('is told as such, and its values go on', async () => {
    const server = await scriptedServer((asked) => setTimeout(() => honest(asked), 60));
    cleanup.push(server.stop);
    const watched = open(server.port, { a: 'holding:1 uint16' }, { interval: '20ms', timeout: '1s' });
    await watched.until(() =>
      watched.signals.some((signal) => signal.type === 'status' && signal.state === 'degraded'),
    );
    const status = watched.signals.findLast((signal) => signal.type === 'status');
    expect(status).toMatchObject({ reason: 'unit 1 cannot be read every 20 ms' });
    expect(watched.samples().every(isGood)).toBe(true);
  });
});

describe('a single lost reply', () => {
  it('costs no value', async () => {
    let requests = 0;
    const server = await gateway(() => {
      requests += 1;
      return requests === 4;
    });
    const watched = open(server.port, { a: 'holding:1 uint16' });
    await watched.until(() => watched.of('a').length >= 8);
    expect(watched.samples().every(isGood)).toBe(true);
  });
});

describe('a register without any reply, where the device should refuse it', () => {
  it.each([0, 30, 90])('at %i is found and left alone while all others are read', async (mute) => {
    const server = await gateway((asked) => covers(asked, mute));
    const points = Object.fromEntries([0, 30, 60, 61, 62, 90, 120].map((at) => [`p${at}`, `holding:${at} uint16`]));
    const watched = open(server.port, points, { gapTolerance: 30 });
    const others = Object.keys(points).filter((id) => id !== `p${mute}`);
    await watched.until(() => others.every((id) => isGood(watched.last(id))) && watched.of('p61').length > 12);
    expect(watched.last(`p${mute}`)?.quality).toEqual({ level: 'bad', reason: 'comm-lost' });
    expect(watched.error()).toBeUndefined();
  });

  it('in another area than the rest does not silence the unit', async () => {
    const server = await gateway(({ code }) => code === 1);
    const watched = open(server.port, { c: 'coil:0', h: 'holding:1 uint16', i: 'input:1 uint16' });
    await watched.until(() => watched.of('i').filter(isGood).length >= 5);
    expect(watched.last('h')?.value).toBe(0x101);
    expect(watched.last('c')?.quality).toMatchObject({ level: 'bad', reason: 'comm-lost' });
  });
});

describe('a request budget', () => {
  it('is never exceeded, whatever the interval asks for', async () => {
    const times: number[] = [];
    const server = await scriptedServer((asked) => {
      times.push(performance.now());
      asked.socket.write(honestAnswer(asked));
    });
    cleanup.push(server.stop);
    const points = Object.fromEntries([0, 200, 400].map((at) => [`p${at}`, `holding:${at} uint16`]));
    open(server.port, points, { interval: '10ms', requestsPerSecond: 50 });
    while (times.length < 20) await new Promise((resolve) => setTimeout(resolve, 20));
    const [first = 0] = times;
    const rate = ((times.length - 1) * 1000) / ((times.at(-1) ?? 0) - first);
    // The first request's arrival may have been late by some of the machine's time.
    expect(rate).toBeLessThanOrEqual(55);
  });
});
