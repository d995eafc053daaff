import { describe, expect, it } from 'vitest';
import { openWatchdog } from '#agent/observe/watchdog.ts';

const MINUTE_USEC = '60000000';

/** A service manager that is told, and a clock that the test moves. */
function watched(env: Readonly<Record<string, string>> = { NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: MINUTE_USEC }) {
  const sent: (readonly string[])[] = [];
  const faults: string[] = [];
  const waiting: ((error: Error | null) => void)[] = [];
  let now = 0;
  const watchdog = openWatchdog({
    env,
    monotonic: () => now,
    onFault: ({ message }) => faults.push(message),
    send: (words, done) => {
      sent.push(words);
      waiting.push(done);
    },
  });
  return {
    watchdog,
    sent,
    faults,
    answer: (error: Error | null = null) => waiting.shift()?.(error),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('the service manager', () => {
  it('hears nothing where it does not listen', () => {
    const { watchdog, sent, pass } = watched({});
    watchdog.ready('all is well');
    pass(100_000);
    watchdog.beat('all is well');
    watchdog.stopping();
    expect(sent).toEqual([]);
  });

  it('hears that the agent is ready, then three beats in each interval, then that it stops', () => {
    const { watchdog, sent, answer, pass } = watched();
    watchdog.ready('all is well');
    answer();
    for (let second = 5; second <= 60; second += 5) {
      pass(5000);
      watchdog.beat(`at ${second}`);
      answer();
    }
    watchdog.stopping();
    expect(sent).toEqual([
      ['READY=1', 'WATCHDOG=1', 'STATUS=all is well'],
      ['WATCHDOG=1', 'STATUS=at 20'],
      ['WATCHDOG=1', 'STATUS=at 40'],
      ['WATCHDOG=1', 'STATUS=at 60'],
      ['STOPPING=1'],
    ]);
  });

  it('is never told a second thing before it took the first', () => {
    const { watchdog, sent, answer, pass } = watched();
    watchdog.ready('all is well');
    pass(30_000);
    watchdog.beat('waits');
    expect(sent).toHaveLength(1);
    answer();
    watchdog.beat('goes');
    expect(sent).toHaveLength(2);
  });

  it('that can not be reached is complained of once, and tried again', () => {
    const { watchdog, sent, faults, answer, pass } = watched();
    watchdog.ready('all is well');
    answer(new Error('no systemd-notify'));
    pass(20_000);
    watchdog.beat('all is well');
    answer(new Error('no systemd-notify'));
    expect(sent).toHaveLength(2);
    expect(faults).toEqual(['no systemd-notify']);
  });

  it('gets no beats where the unit asks for no watchdog', () => {
    const { watchdog, sent, answer, pass } = watched({ NOTIFY_SOCKET: '/run/x' });
    watchdog.ready('all is well');
    answer();
    pass(100_000);
    watchdog.beat('all is well');
    expect(sent).toHaveLength(1);
  });
});
