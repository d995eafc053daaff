import { NEVER, Observable, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Driver } from '#drivers/driver.ts';
import { SourceError } from '#drivers/driver.ts';
import { Flag } from '#agent/model/flags.ts';
import { bad } from '#agent/model/quality.ts';
import { aPoint, batch, playedDriver, reading, supervised } from './supervised-source.ts';
import { virtualTime } from './virtual-time.ts';

const points = [aPoint('T-1'), aPoint('T-2')];
const online = { type: 'status', state: 'online', reason: '' } as const;

describe('a supervised source', () => {
  it('shows every point as not yet read while it connects for the first time', () => {
    const time = virtualTime();
    const source = supervised(time, { driver: playedDriver().driver, points });
    expect(source.statuses().map((status) => status.state)).toEqual(['connecting']);
    expect(source.samples().map(({ point, value, quality }) => [point, value, quality.reason])).toEqual([
      ['T-1', null, 'not-yet-read'],
      ['T-2', null, 'not-yet-read'],
    ]);
  });

  it('is online as soon as a usable value arrives', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points });
    time.advance(40);
    play.send(batch(reading(time, 'T-1', 20)));
    expect(source.statuses().at(-1)).toEqual({
      source: 'plc',
      state: 'online',
      reason: '',
      since: time.startUtc + 40,
    });
  });

  it('does not claim to be online for values that are all bad', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points });
    play.send(batch(reading(time, 'T-1', null, { quality: bad('comm-lost') })));
    expect(source.statuses().map((status) => status.state)).toEqual(['connecting']);
  });

  it('tells a lost connection as status, gap and bad samples, and its recovery', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points });
    play.send(batch(reading(time, 'T-1', 20), reading(time, 'T-2', 30)));
    time.advance(5_000);
    play.send(batch(reading(time, 'T-1', 21)));
    const lastData = time.clock.now();
    time.advance(2_000);
    source.forget();

    play.fail(new SourceError('connection to 10.0.0.7:502 was reset'));
    const lostAt = time.clock.now();
    expect(source.statuses()).toEqual([
      {
        source: 'plc',
        state: 'offline',
        reason: 'connection to 10.0.0.7:502 was reset',
        since: lostAt,
        nextAttempt: lostAt + 500,
      },
    ]);
    expect(source.samples().map(({ point, value, quality }) => [point, value, quality])).toEqual([
      ['T-1', null, bad('comm-lost')],
      ['T-2', null, bad('comm-lost')],
    ]);
    expect(source.gaps()).toMatchObject([{ from: lastData, reason: 'comm-lost', source: 'plc' }]);
    expect(source.gaps()[0]).not.toHaveProperty('to');

    time.advance(500);
    expect(play.connections).toHaveLength(2);
    time.advance(50);
    play.send(batch(reading(time, 'T-1', 22), reading(time, 'T-2', 31)));
    expect(source.gaps().at(-1)).toMatchObject({ from: lastData, to: time.clock.now(), reason: 'comm-lost' });
    expect(source.statuses().at(-1)?.state).toBe('online');
    expect(source.events().map((event) => event.kind)).toEqual(['source.offline', 'source.online']);
  });

  it('counts the time before the first connection as a gap when the device is not there', () => {
    const time = virtualTime();
    const play = playedDriver((subscriber) => subscriber.error(new SourceError('refused')));
    const source = supervised(time, { driver: play.driver, points });
    expect(source.gaps()).toMatchObject([{ from: time.startUtc, reason: 'comm-lost' }]);
  });

  it('tries again for ever, with growing, capped and jittered delays, and says when', () => {
    const time = virtualTime();
    const play = playedDriver((subscriber) => subscriber.error(new SourceError('refused')));
    const source = supervised(time, { driver: play.driver, points, random: () => 0.999_999 });
    time.advance(24 * 3_600_000);
    const waits = source.statuses().flatMap(({ nextAttempt }, index, all) => {
      const before = all[index - 1]?.nextAttempt;
      return nextAttempt !== undefined && before !== undefined ? [nextAttempt - before] : [];
    });
    expect(waits.slice(0, 6)).toEqual([2_000, 4_000, 8_000, 8_000, 8_000, 8_000]);
    expect(Math.max(...waits)).toBe(8_000);
    expect(play.connections.length).toBeGreaterThan(2_800);
    expect(source.ended).toEqual([]);
  });

  it('keeps the time since when it is offline over all attempts, and tells its points lost only once', () => {
    const time = virtualTime();
    const play = playedDriver((subscriber) => subscriber.error(new SourceError('refused')));
    const source = supervised(time, { driver: play.driver, points });
    time.advance(600_000);
    const offline = source.statuses().filter((status) => status.state === 'offline');
    expect(offline.length).toBeGreaterThan(10);
    expect(new Set(offline.map((status) => status.since))).toEqual(new Set([time.startUtc]));
    expect(source.samples().filter((sample) => sample.quality.reason === 'comm-lost')).toHaveLength(2);
    expect(source.events().map((event) => event.kind)).toEqual(['source.offline']);
    expect(source.gaps()).toHaveLength(1);
  });

  it('waits at least as long as the driver asks, e.g. after a refused login', () => {
    const time = virtualTime();
    const play = playedDriver((subscriber) =>
      subscriber.error(new SourceError('login refused', { retryAfterMs: 300_000 })),
    );
    supervised(time, { driver: play.driver, points });
    time.advance(299_999);
    expect(play.connections).toHaveLength(1);
    time.advance(1);
    expect(play.connections).toHaveLength(2);
  });

  it.each([Number.POSITIVE_INFINITY, Number.NaN, -5_000, 1e15])(
    'is not ended by a driver that asks for %d ms',
    (asked) => {
      const time = virtualTime();
      const play = playedDriver((subscriber) => subscriber.error(new SourceError('no', { retryAfterMs: asked })));
      supervised(time, { driver: play.driver, points });
      time.advance(50);
      expect(play.connections).toHaveLength(1);
      time.advance(3_600_000);
      expect(play.connections.length).toBeGreaterThan(1);
    },
  );

  it('starts the delays anew after a connection that held', () => {
    const time = virtualTime();
    const play = playedDriver((subscriber, attempt) => {
      if (attempt < 8) subscriber.error(new SourceError('refused'));
    });
    const source = supervised(time, { driver: play.driver, points });
    while (play.connections.length < 8) time.advance(1_000);
    play.send(online);
    time.advance(25_000);
    play.send(online);
    time.advance(25_000);
    play.fail(new SourceError('reset'));
    expect(source.statuses().at(-1)?.nextAttempt).toBe(time.clock.now() + 500);
  });

  it('does not repeat a status that says nothing new', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points });
    for (let beat = 0; beat < 20; beat++) {
      play.send(online);
      time.advance(1_000);
    }
    expect(source.statuses().map((status) => status.state)).toEqual(['connecting', 'online']);
  });

  it.each([
    [true, 'good'],
    [false, 'uncertain stale, bad stale'],
  ])('online that proves values: %s leaves them %s', (provesValues, quality) => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points: [aPoint('T-1')] });
    play.send({ type: 'samples', samples: [reading(time, 'T-1', 20)] });
    source.forget();
    for (let beat = 0; beat < 40; beat++) {
      play.send({ ...online, provesValues });
      time.advance(1_000);
    }
    const told = source.samples().map((sample) => `${sample.quality.level} ${sample.quality.reason ?? ''}`.trim());
    expect(told.join(', ') || 'good').toBe(quality);
    expect(source.statuses().at(-1)?.state ?? 'online').toBe('online');
  });

  it('stays offline until the next connection proves itself', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points });
    play.fail(new SourceError('reset'));
    time.advance(500);
    play.send({ type: 'status', state: 'connecting', reason: 'connecting to 10.0.0.7:502' });
    expect(source.statuses().at(-1)?.state).toBe('offline');
    play.send(online);
    expect(source.statuses().at(-1)?.state).toBe('online');
  });

  it('gives each connection its own time for first data', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points });
    play.send(batch(reading(time, 'T-1', 20)));
    play.fail(new SourceError('reset'));
    time.advance(500);
    time.advance(29_000);
    expect(play.released).toBe(1);
    time.advance(1_000);
    expect(source.statuses().at(-1)?.reason).toBe('no data within 30 s after connecting was begun');
  });

  it('tells its points lost again at the next loss, and ages none of them meanwhile', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points, limits: { firstDataWithinMs: 300_000 } });
    for (let outage = 1; outage <= 2; outage++) {
      play.send(batch(reading(time, 'T-1', 20), reading(time, 'T-2', 30)));
      source.forget();
      play.fail(new SourceError('reset'));
      time.advance(200_000);
      expect(source.samples().map(({ point, quality }) => [point, quality.reason])).toEqual([
        ['T-1', 'comm-lost'],
        ['T-2', 'comm-lost'],
      ]);
    }
    expect(play.connections).toHaveLength(3);
  });

  it('releases the driver on unsubscribe, also while waiting for the next attempt', () => {
    const time = virtualTime();
    const play = playedDriver();
    const connected = supervised(time, { driver: play.driver, points });
    connected.stop();
    expect(play.released).toBe(1);

    const waiting = supervised(time, { driver: play.driver, points });
    play.fail(new SourceError('reset'));
    waiting.stop();
    time.advance(60_000);
    expect(play.connections).toHaveLength(2);
  });

  it('marks everything that it tells of a simulated source as simulated', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points, simulated: true });
    play.send(batch(reading(time, 'T-1', 20)));
    play.fail(new SourceError('reset'));
    const flags = [...source.samples(), ...source.events(), ...source.gaps()].map((one) => one.flags);
    expect(flags.length).toBeGreaterThan(6);
    expect(flags.every((bits) => bits === 1)).toBe(true);
  });

  it('believes a device that calls itself a simulator, whatever the configuration says', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points });
    play.send(batch(reading(time, 'T-1', 20, { flags: 1 })));
    source.forget();
    play.fail(new SourceError('reset'));
    expect(source.samples().map((sample) => sample.flags)).toEqual([1, 1]);
    expect(source.gaps().map((gap) => gap.flags)).toEqual([1]);
  });
});

describe('a driver that misbehaves is contained and named:', () => {
  const offlineReason = (driver: Driver, afterMs = 0) => {
    const time = virtualTime();
    const source = supervised(time, { driver, points });
    time.advance(afterMs);
    expect(source.ended).toEqual([]);
    return source.statuses().at(-1);
  };

  it('one that throws in open', () => {
    const { driver } = playedDriver();
    const open = () => {
      throw new TypeError("cannot read 'host' of undefined");
    };
    expect(offlineReason({ ...driver, open })).toMatchObject({
      state: 'offline',
      reason: "driver played failed: TypeError: cannot read 'host' of undefined",
    });
  });

  it('one that returns no observable', () => {
    const { driver } = playedDriver();
    const open = () => undefined as unknown as Observable<never>;
    expect(offlineReason({ ...driver, open })).toMatchObject({ state: 'offline' });
  });

  it.each([undefined, null, 'text', Object.create(null) as unknown, { code: 7 }])(
    'one that errors with %o',
    (thrown) => {
      const { driver } = playedDriver();
      const status = offlineReason({ ...driver, open: () => throwError(() => thrown) });
      expect(status).toMatchObject({ state: 'offline', reason: expect.stringContaining('driver played failed: ') });
    },
  );

  it('one that shouts events: what is too much is counted, told, and costs no disk', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points });
    const shout = () => {
      const event = { time: time.clock.now(), kind: 'played.noise', text: 'noise', flags: 0 };
      play.send({ type: 'event', event });
    };
    for (let count = 0; count < 10_000; count++) shout();
    expect(source.events()).toHaveLength(2_000);
    time.advance(1_000);
    shout();
    expect(source.events().slice(2_000)).toMatchObject([
      { kind: 'source.events-dropped', text: expect.stringContaining('8000 ') },
      { kind: 'played.noise' },
    ]);
  });

  it('one that ends', () => {
    const { driver } = playedDriver();
    expect(offlineReason({ ...driver, open: () => of(online) })).toMatchObject({
      state: 'offline',
      reason: 'the driver ended the connection without saying why',
    });
  });

  it('one that fails at once, every time: it is never tried more than ten times a second', () => {
    const time = virtualTime();
    const play = playedDriver();
    let opened = 0;
    const open = () =>
      throwError(() => {
        opened += 1;
        return new Error('no');
      });
    supervised(time, { driver: { ...play.driver, open }, points, random: () => 0 });
    time.advance(10_000);
    expect(opened).toBeGreaterThan(10);
    expect(opened).toBeLessThanOrEqual(101);
  });

  it('one that throws in open is opened again, and one that did not is only subscribed to again', () => {
    const time = virtualTime();
    const play = playedDriver();
    let opened = 0;
    const open: typeof play.driver.open = (options, context) => {
      opened += 1;
      if (opened === 1) throw new Error('not yet');
      return play.driver.open(options, context);
    };
    supervised(time, { driver: { ...play.driver, open }, points });
    time.advance(5_000);
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(play.connections).toHaveLength(attempt);
      play.fail(new SourceError('lost'));
      time.advance(30_000);
    }
    expect(opened).toBe(2);
  });

  it('one that never says anything', () => {
    const { driver } = playedDriver();
    expect(offlineReason({ ...driver, open: () => NEVER }, 30_000)).toMatchObject({
      state: 'offline',
      reason: 'no data within 30 s after connecting was begun',
    });
  });

  it('one that falls silent after its first data, and is then given time to let go', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points, random: () => 0 });
    play.send(batch(reading(time, 'T-1', 20)));
    time.advance(30_000);
    expect(source.statuses().at(-1)).toMatchObject({
      state: 'offline',
      reason: 'neither data nor keep-alive for 30 s',
      nextAttempt: time.clock.now() + 500,
    });
    expect(play.released).toBe(1);
  });

  it('one that throws while it is being released, at a loss, after silence and at the end', () => {
    const time = virtualTime();
    const play = playedDriver();
    let opened = 0;
    const open = () =>
      new Observable<never>((subscriber) => {
        opened += 1;
        if (opened === 1) subscriber.error(new SourceError('refused'));
        return () => {
          throw new Error('socket is already closed');
        };
      });
    const source = supervised(time, { driver: { ...play.driver, open }, points });
    time.advance(40_000);
    expect(opened).toBeGreaterThan(2);
    source.stop();
    expect(source.ended).toEqual([]);
    expect(source.statuses().at(-1)?.reason).toBe('no data within 30 s after connecting was begun');
    expect(source.events().filter((event) => event.kind === 'source.fault').length).toBeGreaterThan(0);
  });

  it('one that sends a point of somebody else: the sample is dropped, the source degraded, the neighbours stay good', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points });
    source.forget();
    for (let cycle = 0; cycle < 5; cycle++)
      play.send(batch(reading(time, 'T-1', 20 + cycle), reading(time, 'X-9', 1), reading(time, 'T-2', 30)));
    expect(source.samples().map((sample) => sample.point)).not.toContain('X-9');
    expect(source.samples()).toHaveLength(10);
    expect(source.samples().every((sample) => sample.quality.level === 'good')).toBe(true);
    const text = 'the driver sent a sample of X-9, which is not a point of this source';
    expect(source.statuses().map(({ state, reason }) => [state, reason])).toEqual([['degraded', text]]);
    expect(source.events().filter((event) => event.kind === 'source.fault')).toMatchObject([{ text }]);
  });

  it('and forgiven with the next connection', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points });
    play.send(batch(reading(time, 'X-9', 1), reading(time, 'T-1', 20)));
    expect(source.statuses().at(-1)?.state).toBe('degraded');
    play.fail(new SourceError('reset'));
    time.advance(500);
    play.send(batch(reading(time, 'T-1', 20)));
    expect(source.statuses().at(-1)?.state).toBe('online');
  });

  it('one that sends malformed samples: bad for the point it names, dropped where it names none', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points });
    source.forget();
    play.send({ type: 'samples', samples: [{ point: 'T-1', value: 20 }, null, 7, reading(time, 'T-2', 30)] });
    expect(source.samples().map(({ point, value, quality }) => [point, value, quality.level, quality.reason])).toEqual([
      ['T-1', null, 'bad', 'decode'],
      ['T-2', 30, 'good', undefined],
    ]);
    expect(source.statuses().at(-1)).toMatchObject({
      state: 'degraded',
      reason: 'the driver sent a malformed sample of T-1',
    });
  });

  it.each([
    undefined,
    null,
    7,
    {},
    { type: 'samples' },
    { type: 'status', state: 'offline' },
    { type: 'gap', gap: {} },
  ])('one that sends %j', (signal) => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points });
    play.send(signal);
    play.send(batch(reading(time, 'T-1', 20)));
    expect(source.events().filter((event) => event.kind === 'source.fault')).toHaveLength(1);
    expect(source.statuses().at(-1)?.state).toBe('degraded');
    expect(source.samples().at(-1)).toMatchObject({ point: 'T-1', value: 20 });
  });

  it('and its neighbour goes on', () => {
    const time = virtualTime();
    const neighbour = playedDriver();
    const good = supervised(time, { driver: neighbour.driver, points });
    const broken = playedDriver(() => {
      throw new Error('boom');
    });
    supervised(time, { driver: broken.driver, points });
    for (let cycle = 0; cycle < 60; cycle++) {
      neighbour.send(batch(reading(time, 'T-1', cycle), reading(time, 'T-2', cycle)));
      time.advance(1_000);
    }
    expect(good.statuses().map((status) => status.state)).toEqual(['connecting', 'online']);
    expect(good.samples().filter((sample) => sample.quality.level === 'good')).toHaveLength(120);
  });
});

describe('the age of a value', () => {
  const slow = [aPoint('T-1'), aPoint('T-2', { staleAfterMs: 100_000 })];

  it('makes it uncertain, then bad, and tells each step once', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points: slow });
    play.send(batch(reading(time, 'T-1', 20), reading(time, 'T-2', 30)));
    source.forget();
    time.advance(9_000);
    expect(source.samples()).toEqual([]);
    time.advance(2_000);
    expect(source.samples()).toMatchObject([
      { point: 'T-1', value: 20, quality: { level: 'uncertain', reason: 'stale' } },
    ]);
    time.advance(18_000);
    expect(source.samples()).toHaveLength(1);
    time.advance(2_000);
    expect(source.samples().at(-1)).toMatchObject({
      point: 'T-1',
      value: null,
      quality: { level: 'bad', reason: 'stale' },
    });
    time.advance(60_000);
    expect(source.samples()).toHaveLength(2);
  });

  it('is renewed by a keep-alive, and what had become stale is told as good again', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points: slow });
    play.send(batch(reading(time, 'T-1', 20), reading(time, 'T-2', 30)));
    const sourceTime = time.clock.now();
    for (let beat = 0; beat < 10; beat++) {
      time.advance(8_000);
      play.send(online);
    }
    expect(source.samples().filter((sample) => sample.quality.reason === 'stale')).toEqual([]);
    source.forget();
    time.advance(15_000);
    expect(source.samples()).toMatchObject([{ point: 'T-1', quality: { reason: 'stale' } }]);
    play.send(online);
    expect(source.samples().at(-1)).toMatchObject({ point: 'T-1', value: 20, quality: { level: 'good' }, sourceTime });
  });

  it('is not renewed by a driver that says it is degraded', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points: slow });
    play.send(batch(reading(time, 'T-1', 20)));
    for (let beat = 0; beat < 3; beat++) {
      time.advance(5_000);
      play.send({ type: 'status', state: 'degraded', reason: 'subscription 2 is silent' });
    }
    expect(source.samples().at(-1)).toMatchObject({ point: 'T-1', quality: { reason: 'stale' } });
  });

  it('does not matter for a point whose last sample was bad for a reason of its own', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points: slow });
    play.send(batch(reading(time, 'T-1', 20)));
    play.send(batch(reading(time, 'T-1', null, { quality: bad('sensor-fault') }), reading(time, 'T-2', 30)));
    source.forget();
    time.advance(60_000);
    expect(source.samples()).toEqual([]);
  });

  it('is not renewed by what is read later from history', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points: slow });
    play.send(batch(reading(time, 'T-1', 20)));
    time.advance(8_000);
    play.send(batch(reading(time, 'T-1', 19, { sourceTime: 0, flags: Flag.backfilled })));
    time.advance(4_000);
    expect(source.samples().at(-1)).toMatchObject({ point: 'T-1', value: 20, quality: { reason: 'stale' } });
  });

  it('is measured on the monotonic clock: a step of the wall clock makes nothing stale', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points: slow });
    play.send(batch(reading(time, 'T-1', 20)));
    time.stepWallClock(8 * 3_600_000);
    time.advance(5_000);
    expect(source.samples().filter((sample) => sample.quality.reason === 'stale')).toEqual([]);
  });

  it('has no keep-alive after a lost connection: only a new value makes a point good', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points: slow });
    play.send(batch(reading(time, 'T-1', 20), reading(time, 'T-2', 30)));
    play.fail(new SourceError('reset'));
    source.forget();
    time.advance(500);
    play.send(online);
    expect(source.samples()).toEqual([]);
  });
});
