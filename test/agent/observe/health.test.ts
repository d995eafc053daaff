import { describe, expect, it } from 'vitest';
import { health } from '#agent/observe/health.ts';
import type { HealthFacts } from '#agent/observe/health.ts';
import { watchLoopLag } from '#agent/observe/loop-lag.ts';
import { receiverId, sourceId } from '#agent/model/ids.ts';
import type { SourceState, SourceStatus } from '#agent/model/source.ts';

const source = sourceId('dcs');
const status = (state: SourceState, reason = ''): SourceStatus => ({ source, state, reason, since: 5 });

const facts = (more: Partial<HealthFacts> = {}): HealthFacts => ({
  sources: new Map([[source, status('online')]]),
  uplinks: [{ receiver: receiverId('park'), isConnected: true, reason: '', since: 1 }],
  loopLag: { p99Ms: 2, maxMs: 10 },
  ...more,
});

describe('health', () => {
  it('is live, ready and not degraded when all is well', () => {
    expect(health(facts())).toEqual({ isLive: true, isReady: true, isDegraded: false, reasons: [] });
  });

  it('is not ready before each source has been tried', () => {
    expect(health(facts({ sources: new Map([[source, undefined]]) })).isReady).toBe(false);
    expect(health(facts({ sources: new Map([[source, status('connecting')]]) })).isReady).toBe(false);
  });

  it('stays live and ready with a dead device and a dead receiver, and names both', () => {
    const sum = health(
      facts({
        sources: new Map([[source, status('offline', 'refused')]]),
        uplinks: [{ receiver: receiverId('park'), isConnected: false, reason: 'broker is gone', since: 7 }],
      }),
    );
    expect(sum).toEqual({
      isLive: true,
      isReady: true,
      isDegraded: true,
      reasons: [
        { about: 'source', id: 'dcs', text: 'offline: refused', since: 5 },
        { about: 'receiver', id: 'park', text: 'broker is gone', since: 7 },
      ],
    });
  });

  it('is not ready while the journal takes no records', () => {
    expect(health(facts({ journalFault: 'the disk is full' }))).toMatchObject({
      isReady: false,
      reasons: [{ about: 'journal', text: 'the disk is full' }],
    });
  });

  it('is not live when the event loop stood still', () => {
    expect(health(facts({ loopLag: { p99Ms: 20, maxMs: 12_000 } })).isLive).toBe(false);
    expect(health(facts({ loopLag: { p99Ms: 20, maxMs: 800 } }))).toMatchObject({ isLive: true, isDegraded: true });
  });
});

describe('the lag of the event loop', () => {
  it('shows a block that just happened, once', async () => {
    const lag = watchLoopLag();
    const turns = async (ms: number) => {
      const until = performance.now() + ms;
      // The histogram takes its samples on timers, so timers must turn.
      while (performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await turns(60);
    const until = performance.now() + 1_000;
    while (performance.now() < until);
    await turns(60);
    const blocked = lag.read();
    expect(blocked.maxMs).toBeGreaterThan(800);
    await turns(60);
    expect(lag.read().maxMs).toBeLessThan(800);
    lag.stop();
  });
});
