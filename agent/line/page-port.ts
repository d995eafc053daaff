import type { RunningSite } from '#agent/site.ts';
import type { SitePort } from '#agent/web/site-port.ts';
import type { SiteConfig } from '#config/site.ts';

/** The running site as the page sees it. */
export function pagePort(site: RunningSite, config: SiteConfig, version: string): SitePort {
  return {
    site: config.site,
    version,
    points: config.points,
    alarmDefinitions: config.alarms,
    receivers: config.receivers.map(({ id, name, transport }) => ({ id, name, url: transport.url })),
    figures: () => site.report(),
    alarms: () => site.alarms(),
    latest: (point) => site.latest(point),
    views: () => site.views(),
    actions: site,
    journal: site.journal,
    audit: site.audit,
    state: site.state,
    remember: site.remember,
  };
}
