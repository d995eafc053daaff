import { parentPort, workerData } from 'node:worker_threads';
import { readAlarmReport } from './read-alarm-report.ts';
import type { ReportRequest } from './read-alarm-report.ts';

// Handed over by alarm-reports.ts.
parentPort?.postMessage(readAlarmReport(workerData as ReportRequest), []);
