import { Worker } from 'node:worker_threads';
import type { AlarmReport } from '#agent/alarms/report/alarm-report.ts';
import type { ReportRequest } from './read-alarm-report.ts';

const HEAP_MB = 512;
const LONGEST_MS = 120_000;
/** A report that was just made is good enough for whoever asks next. */
const FRESH_MS = 60_000;

/**
 * Reports of the running site, each made in a thread of its own, one at a time. Rejects where the thread fails or takes
 * longer than two minutes.
 */
export function alarmReports(): (request: ReportRequest) => Promise<AlarmReport> {
  let last: { readonly key: string; readonly at: number; readonly report: Promise<AlarmReport> } | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  return async (request) => {
    const { span, now } = request;
    const key = `${span.from} ${span.to}`;
    if (last?.key === key && now - last.at < FRESH_MS) return last.report;
    const report = queue.then(() => inThread(request));
    queue = report.catch(() => undefined);
    last = { key, at: now, report };
    report.catch(() => {
      if (last?.report === report) last = undefined;
    });
    return report;
  };
}

function inThread(workerData: ReportRequest): Promise<AlarmReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('alarm-report-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    worker.unref();
    const deadline = setTimeout(
      () => fail(new Error(`the alarm report took longer than ${LONGEST_MS / 1000} s`)),
      LONGEST_MS,
    );
    const fail = (error: Error): void => {
      clearTimeout(deadline);
      void worker.terminate();
      reject(error);
    };
    worker.once('message', (report: AlarmReport) => {
      clearTimeout(deadline);
      resolve(report);
    });
    worker.once('error', fail);
    worker.once('exit', () => fail(new Error('the thread of the alarm report ended early')));
  });
}
