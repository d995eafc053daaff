import type { ConfigIssue } from '#config/source-kind.ts';
import type { JsonFeedOptions } from './schema.ts';

/** Keys that belong together. */
export function check({ transport }: JsonFeedOptions): readonly ConfigIssue[] {
  if (transport.kind !== 'http' || (transport.cert === undefined) === (transport.key === undefined)) return [];
  return [
    {
      path: ['transport', transport.cert ? 'cert' : 'key'],
      what: transport.cert ? 'a certificate without its key' : 'a key without its certificate',
      why: 'HTTPS needs both',
      todo: 'write both, or neither for plain HTTP',
    },
  ];
}
