import type { Findings } from '../../findings.ts';
import { suggest } from '../../nearest.ts';
import type { ReadDerived } from '../derived-section.ts';

/** Reports rosters of sources that are not there. */
export function checkRosterFeeds(
  derivations: readonly ReadDerived[],
  sources: ReadonlySet<string>,
  findings: Findings,
): void {
  for (const { entry, config } of derivations) {
    const feed = config.kind === 'headcount' ? config.definition.roster?.source : undefined;
    if (feed === undefined || sources.has(feed)) continue;
    findings.errorAt(entry, ['roster', 'feed'], {
      what: `there is no source "${feed}"`,
      why: 'it tells who wears which tag',
      todo: suggest(feed, [...sources], 'name a source of kind permit-feed'),
    });
  }
}
