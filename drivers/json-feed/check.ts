import type { ConfigIssue } from '#config/source-kind.ts';
import type { JsonFeedOptions } from './schema.ts';

/** Keys that belong together. */
export const check = (options: JsonFeedOptions): readonly ConfigIssue[] => [
  ...checkTransport(options),
  ...options.events.flatMap(checkEvents),
];

function checkTransport({ transport }: JsonFeedOptions): readonly ConfigIssue[] {
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

/** A table without the expression that it translates is a mistake, and an alarm needs a name. */
function checkEvents(mapping: JsonFeedOptions['events'][number], index: number): readonly ConfigIssue[] {
  const at = (key: string) => ({ path: ['events', index, key] });
  const idle = [
    ['states', 'state', Object.keys(mapping.states).length > 0] as const,
    ['priorities', 'priority', Object.keys(mapping.priorities).length > 0] as const,
    ['zones', 'zone', mapping.zones !== undefined] as const,
  ].filter(([, by, isGiven]) => isGiven && mapping[by] === undefined);
  return [
    ...idle.map(([table, by]) => ({
      ...at(table),
      what: `${table} without ${by}`,
      why: `${table} translates what ${by} says`,
      todo: `write ${by}: the expression that finds the word`,
    })),
    ...(mapping.state && !mapping.id
      ? [
          {
            ...at('state'),
            what: 'an alarm without an id',
            why: 'its end is told apart from that of others by the id',
            todo: 'write id: what names the alarm in the message',
          },
        ]
      : []),
    ...((mapping.lon === undefined) === (mapping.lat === undefined)
      ? []
      : [
          {
            ...at(mapping.lon ? 'lon' : 'lat'),
            what: 'half a place on earth',
            why: 'it takes longitude and latitude',
            todo: 'write both lon and lat, or neither',
          },
        ]),
  ];
}
