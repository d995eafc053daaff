import { join } from 'node:path';
import { reportHtml } from '#agent/alarms/report/report-html.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { RunningSite } from '#agent/site.ts';
import type { SitePort } from '#agent/web/site-port.ts';
import { shippedPacks } from '#config/rules/load-packs.ts';
import { alarmReports } from './alarm-reports.ts';
import type { SiteConfig } from '#config/site.ts';
import { figuresOfJournal } from './figures-of-journal.ts';
import { planGrounds } from './plan-grounds.ts';

/** What comes from outside of the running site. */
type FurtherPorts = Pick<SitePort, 'configuration' | 'commissioning'>;

/** The running site as the page sees it. */
export function pagePort(site: RunningSite, version: string, further: FurtherPorts = {}): SitePort {
  const config = site.config();
  const reports = alarmReports();
  return {
    site: config.site,
    version,
    points: () => site.config().points,
    alarmDefinitions: () => site.config().alarms,
    receivers: () => site.config().receivers.map(({ id, name, transport }) => ({ id, name, url: transport.url })),
    figures: () => site.report(),
    alarms: () => site.alarms(),
    activeAlarms: () => site.activeAlarms(),
    alarm: (id) => site.alarm(id),
    alarmFigures: (from, to) => figuresOfJournal(site.journal, from, to),
    alarmReport: async (span) => {
      const { alarms: definitions, site: heading, journal } = site.config();
      const { rules } = shippedPacks();
      const report = await reports({ directory: journal.directory, definitions, rules, span, now: Date.now() });
      const { name, timezone } = heading;
      return { report, html: (language) => reportHtml(report, { site: name, timezone, definitions }, language) };
    },
    address: addressesOf(() => site.config()),
    latest: (point) => site.latest(point),
    views: () => site.views(),
    cameras: () => site.cameras(),
    picture: (camera) => site.picture(camera),
    grounds: () => planGrounds(site.config()),
    planDirectory: join(config.journal.directory, 'plans'),
    actions: site,
    resend: site.resend,
    journal: site.journal,
    ...(config.evidence && { evidenceDirectory: config.evidence.directory }),
    ...further,
    audit: site.audit,
    state: site.state,
    remember: site.remember,
  };
}

/** Made anew when the configuration changed. */
function addressesOf(configOf: () => SiteConfig): SitePort['address'] {
  let of: SiteConfig | undefined;
  let addresses: ReadonlyMap<PointId, unknown> = new Map();
  return (point) => {
    const config = configOf();
    if (config !== of) addresses = new Map(config.sources.flatMap((source) => [...source.addresses]));
    of = config;
    return addresses.get(point);
  };
}
