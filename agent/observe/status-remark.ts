import type { SourceState, SourceStatus } from '#agent/model/source.ts';
import type { Remark } from './change-log.ts';

const LEVEL: Readonly<Record<SourceState, Remark['level']>> = {
  connecting: 'info',
  online: 'info',
  degraded: 'warn',
  offline: 'error',
  stopped: 'info',
};

/** A source's status as a line of the log. The next attempt is left out: it changes without anything having changed. */
export function statusRemark(status: SourceStatus, kind: string): Remark {
  const { source, state, reason, since } = status;
  return {
    subject: `source ${source}`,
    level: LEVEL[state],
    text: `source ${source} is ${state}${reason === '' ? '' : `: ${reason}`}`,
    fields: { source, kind, state, since: new Date(since).toISOString() },
  };
}
