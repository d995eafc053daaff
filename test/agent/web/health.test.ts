import { describe, expect, it } from 'vitest';
import type { HealthReport } from '#agent/web/api/health-routes.ts';
import { serveSite, visitor } from './served-site.ts';

const good: HealthReport = { isLive: true, isReady: true, isDegraded: false, reasons: [] };

/** Names of metrics and their labels: dashboards and alerts are built on them, so that none is renamed or dropped. */
const metrics = [
  'firewatch_alarms_active{priority}',
  'firewatch_journal_buffer_hours',
  'firewatch_journal_bytes',
  'firewatch_journal_disk_good',
  'firewatch_journal_lost_steps_total',
  'firewatch_pages_open',
  'firewatch_process_resident_memory_bytes',
  'firewatch_source_samples_not_good_total{source}',
  'firewatch_source_samples_total{source}',
  'firewatch_source_up{source,kind}',
];

const namesIn = (text: string): readonly string[] => [
  ...new Set(
    text.split('\n').flatMap((line) => {
      const [, name, labels] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
      if (name === undefined) return [];
      return labels === undefined ? [name] : [`${name}{${labels.replaceAll(/="[^"]*"/g, '')}}`];
    }),
  ),
];

describe('metrics', () => {
  it('keep their names and labels', async () => {
    const { page, site } = await serveSite();
    site.play({ T: 95, F: 5 });
    const response = await visitor(page).ask('GET', '/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await response.text();
    expect(namesIn(text)).toEqual(expect.arrayContaining(metrics.filter((name) => !name.includes('buffer_hours'))));
    expect(metrics).toEqual(expect.arrayContaining([...namesIn(text)]));
    expect(text).toContain('firewatch_source_up{source="plant",kind="played"} 1');
    expect(text).toContain('firewatch_alarms_active{priority="high"} 1');
  });

  it('tell what is, not what was', async () => {
    const { page, site } = await serveSite();
    const active = async () =>
      /priority="high"\} (\d)/.exec(await (await visitor(page).ask('GET', '/metrics')).text())?.[1];
    site.play({ T: 95, F: 5 });
    expect(await active()).toBe('1');
    const alarm = site.alarms().find(({ definition }) => definition.id === 'T/H');
    site.play({ T: 20 });
    if (alarm) site.acknowledge(alarm.definition.id, 'Li');
    if (alarm) site.reset(alarm.definition.id, 'Li');
    expect(await active()).toBe('0');
  });
});

describe('health', () => {
  it('is told by status: live unless a restart may help, ready unless it is not watching yet', async () => {
    let report = good;
    const { page } = await serveSite({ health: () => report });
    const ask = async (path: string) => {
      const response = await visitor(page).ask('GET', path);
      return [response.status, await response.json()];
    };
    expect(await ask('/health/live')).toEqual([200, { isLive: true }]);
    expect(await ask('/health/ready')).toEqual([200, { isReady: true, isDegraded: false }]);
    report = { ...good, isDegraded: true, reasons: [{ text: 'receiver park is away' }] };
    expect(await ask('/health/live')).toEqual([200, { isLive: true }]);
    expect(await ask('/health/ready')).toEqual([200, { isReady: true, isDegraded: true }]);
    report = { ...good, isReady: false };
    expect(await ask('/health/ready')).toEqual([503, { isReady: false, isDegraded: false }]);
    report = { ...good, isLive: false };
    expect(await ask('/health/live')).toEqual([503, { isLive: false }]);
  });

  it('gives its reasons to who may see the site alone', async () => {
    const health = () => ({ ...good, isDegraded: true, reasons: [{ text: 'receiver park is away' }] });
    const { page } = await serveSite({ health });
    for (const path of ['/health/live', '/health/ready'])
      expect(await (await visitor(page).ask('GET', path)).text()).not.toContain('park');
    expect((await visitor(page).ask('GET', '/api/health')).status).toBe(401);
  });
});
