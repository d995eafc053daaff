import { siteId } from '#agent/model/ids.ts';
import type { SiteId } from '#agent/model/ids.ts';

const LONGEST = 64;
const SUFFIX = '-acceptance';

/** The id under which a run's own records go, so that no receiver takes them for the site's. */
export const rehearsalId = (site: SiteId): SiteId => siteId(`${site.slice(0, LONGEST - SUFFIX.length)}${SUFFIX}`);
