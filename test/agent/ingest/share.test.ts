import { describe, expect, it } from 'vitest';
import { shareRegistry } from '#agent/ingest/share.ts';

describe('a shared thing', () => {
  it('is made by the first and disposed with the last that names its key', () => {
    const share = shareRegistry();
    const log: string[] = [];
    const make = () => {
      log.push('made');
      return { value: { socket: 1 }, dispose: () => void log.push('disposed') };
    };
    const first = share('gateway', make);
    const second = share('gateway', make);
    expect(second.value).toBe(first.value);
    first.release();
    expect(log).toEqual(['made']);
    second.release();
    expect(log).toEqual(['made', 'disposed']);
    share('gateway', make).release();
    expect(log).toEqual(['made', 'disposed', 'made', 'disposed']);
  });

  it('survives a holder that releases twice', () => {
    const share = shareRegistry();
    let disposed = 0;
    const make = () => ({ value: 1, dispose: () => void (disposed += 1) });
    const first = share('gateway', make);
    const second = share('gateway', make);
    first.release();
    first.release();
    expect(disposed).toBe(0);
    second.release();
    expect(disposed).toBe(1);
  });

  it('is not kept when making it failed', () => {
    const share = shareRegistry();
    const fail = () => {
      throw new Error('port is taken');
    };
    expect(() => share('gateway', fail)).toThrow('port is taken');
    expect(share('gateway', () => ({ value: 2, dispose: () => undefined })).value).toBe(2);
  });

  it('belongs to its key alone', () => {
    const share = shareRegistry();
    const make = (value: number) => () => ({ value, dispose: () => undefined });
    expect(share('a', make(1)).value).toBe(1);
    expect(share('b', make(2)).value).toBe(2);
  });
});
