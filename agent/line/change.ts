import type { Draft } from '#agent/model/record.ts';
import type { SiteConfig } from '#config/site.ts';
import type { SetChange } from './changing-set.ts';
import { fingerprint } from './fingerprint.ts';

export interface SiteChange {
  readonly sources: SetChange;
  readonly receivers: SetChange;
}

/** Done, or refused with one sentence for the person. */
export type Applied = ({ readonly accepted: true } & SiteChange) | { readonly accepted: false; readonly text: string };

/** Why only a restart can put another configuration into force; undefined where it can be done now. */
export function cannotApply(before: SiteConfig, next: SiteConfig): string | undefined {
  if (before.site.id !== next.site.id)
    return `the journal belongs to site ${before.site.id}: another id needs another directory and a restart`;
  if (fingerprint(before.journal) !== fingerprint(next.journal))
    return 'the section "journal" changed: stop the agent and start it again';
  for (const section of ['page', 'opcuaServer', 'standby', 'evidence'] as const)
    if (fingerprint(before[section]) !== fingerprint(next[section]))
      return `the section "${section}" changed: stop the agent and start it again`;
  return undefined;
}

/** For the record: who changed what. */
export function draftsOfChange(
  { sources, receivers }: SiteChange,
  { who, time, flags }: { readonly who: string; readonly time: number; readonly flags: number },
): readonly Draft[] {
  const said = [...words('source', sources), ...words('receiver', receivers)];
  const text = said.length === 0 ? 'no connection is touched' : said.join('; ');
  return [
    { stream: 'audit', body: { time, who, action: 'config.apply', what: 'site', detail: { changes: text } } },
    {
      stream: 'event',
      body: {
        time,
        kind: 'config.applied',
        text: `a changed configuration is in force: ${text}`,
        detail: { who },
        flags,
      },
    },
  ];
}

const words = (noun: string, change: SetChange): readonly string[] =>
  (['added', 'removed', 'restarted'] as const).flatMap((what) =>
    change[what].length === 0 ? [] : [`${noun} ${what}: ${change[what].join(', ')}`],
  );
