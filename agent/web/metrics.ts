import { Gauge, Registry } from 'prom-client';
import type { SitePort } from './site-port.ts';

/** The site in Prometheus' words; read when asked for. */
export function siteMetrics(port: SitePort, openPages: () => number): () => Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name: `firewatch_${name}`, help, labelNames, registers: [registry] });

  const up = gauge('source_up', '1 while data or keep-alive is seen', ['source', 'kind']);
  const samples = gauge('source_samples_total', 'samples since start', ['source']);
  const notGood = gauge('source_samples_not_good_total', 'samples that were not good, since start', ['source']);
  const alarms = gauge('alarms_active', 'alarms that are not normal', ['priority']);
  const connected = gauge('uplink_connected', '1 while the receiver is connected', ['receiver']);
  const lag = gauge('uplink_lag_seconds', 'age of the oldest record that has not arrived', ['receiver']);
  const behind = gauge('uplink_lag_records', 'records that have not arrived', ['receiver']);
  const bytes = gauge('journal_bytes', 'size of the journal');
  const hours = gauge('journal_buffer_hours', 'hours of the present rate that fit');
  const disk = gauge('journal_disk_good', '1 while the disk takes records');
  const given = gauge('journal_lost_steps_total', 'alarm steps and events that were given up, since start');
  const pages = gauge('pages_open', 'pages that are open');
  const memory = gauge('process_resident_memory_bytes', 'resident memory');

  return async () => {
    // What is no longer configured is no longer told.
    registry.resetMetrics();
    const { sources, uplinks, journal, journalHealth, lostSteps } = port.figures();
    for (const one of sources) {
      up.set({ source: one.id, kind: one.kind }, one.status?.state === 'online' ? 1 : 0);
      samples.set({ source: one.id }, one.samples);
      notGood.set({ source: one.id }, one.notGood);
    }
    const active = port.activeAlarms();
    for (const priority of ['critical', 'high', 'medium', 'low'])
      alarms.set({ priority }, active.filter(({ definition }) => definition.priority === priority).length);
    for (const { receiver, state, lanes } of uplinks) {
      connected.set({ receiver }, state === 'connected' ? 1 : 0);
      lag.set({ receiver }, Math.max(0, ...lanes.map(({ lagMs }) => lagMs)) / 1000);
      behind.set(
        { receiver },
        lanes.reduce((sum, { lagRecords }) => sum + lagRecords, 0),
      );
    }
    bytes.set(journal.bytes);
    if (journal.hoursOfBuffer === undefined) hours.remove();
    else hours.set(journal.hoursOfBuffer);
    disk.set(journalHealth.disk.trouble === 'none' ? 1 : 0);
    given.set(lostSteps);
    pages.set(openPages());
    memory.set(process.memoryUsage.rss());
    return registry.metrics();
  };
}
