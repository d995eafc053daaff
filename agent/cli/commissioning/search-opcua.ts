import { systemClock } from '#agent/model/clock.ts';
import { browseServer } from '#drivers/opcua/browse-server.ts';
import type { FoundVariable } from '#drivers/opcua/describe-variables.ts';
import { browseLines } from '../browse-lines.ts';
import { browseTarget } from '../browse-target.ts';
import { pathFilter } from '../path-filter.ts';
import type { OrderOf, Search } from './search.ts';

const DEPTH = 10;

/** Every variable of a server. */
export const searchOpcua: Search<OrderOf<'opcua'>> = async (order, { tell, signal, site }) => {
  const { url, source, filter, rate, as = source ?? 'dcs' } = order;
  const flags = { rate, mode: 'None', source: source ?? 'dcs', ...(source !== undefined && { site }) };
  const target = await browseTarget(url, flags);
  if (typeof target === 'string') throw new Error(target);
  const lines = browseLines('yaml', as);
  const browsing = {
    depth: DEPTH,
    accepts: pathFilter(filter),
    withStandard: false,
    progress: (seen: number) => tell({ seen }),
    refused: (path: string, status: string) => tell({ note: `${path || 'Objects'}: ${status}` }),
  };
  try {
    for await (const variables of browseServer(target.options, browsing, { ...target, clock: systemClock, signal })) {
      signal.throwIfAborted();
      tell({ found: variables.map((variable) => thingOf(variable, lines.of(variable) ?? '')) });
    }
  } finally {
    target.dispose();
  }
};

const thingOf = ({ path, kind, value, status }: FoundVariable, points: string) => ({
  label: path,
  detail: `${kind} ${status === 'Good' ? value : status}`.trim(),
  points,
});
