import type { Logger } from 'pino';
import { systemClock } from '#agent/model/clock.ts';
import { BEAT_MS, removeHeartbeat, writeHeartbeat } from '#agent/observe/heartbeat.ts';
import type { Health } from '#agent/observe/health.ts';
import { watchLoopLag } from '#agent/observe/loop-lag.ts';
import { openWatchdog } from '#agent/observe/watchdog.ts';
import type { RunningSite } from '#agent/site.ts';
import { version } from '../version.ts';
import { healthOf } from './health-of.ts';

/**
 * Says every five seconds that the agent runs, to `firewatch health` and to the service manager, for as long as the
 * event loop turns and the journal answers. A full or broken disk is told, and is no reason to be restarted: the alarms
 * that wait in memory for the disk would be lost by it.
 */
export function keepBeating(
  site: RunningSite,
  logger: Logger,
  page: string | undefined,
): { readonly stop: () => void } {
  const lag = watchLoopLag();
  const watchdog = openWatchdog({
    env: process.env,
    monotonic: () => systemClock.monotonic(),
    onFault: (error) => logger.error({ err: error }, 'the service manager can not be told that the agent runs'),
  });
  let isWritten = true;

  const beat = (tell: (status: string) => void): void => {
    const { directory } = site.config().journal;
    let health: Health;
    try {
      health = healthOf(site, lag.read());
    } catch (error) {
      logger.error({ err: error }, 'the agent can not tell its own health');
      return;
    }
    try {
      writeHeartbeat(health, { directory, now: () => systemClock.now(), version, ...(page !== undefined && { page }) });
      isWritten = true;
    } catch (error) {
      if (isWritten) logger.error({ err: error }, `the heartbeat can not be written to ${directory}`);
      isWritten = false;
    }
    const [worst] = health.reasons;
    if (health.isLive) tell(worst ? `${worst.id ?? worst.about}: ${worst.text}` : 'all is well');
  };
  beat(watchdog.ready);
  const timer = setInterval(() => beat(watchdog.beat), BEAT_MS);
  return {
    stop() {
      clearInterval(timer);
      lag.stop();
      watchdog.stopping();
      removeHeartbeat(site.config().journal.directory);
    },
  };
}
