import type { FoundThing, SearchOrder } from '#agent/web/site-port.ts';
import { searchOpcua } from '../commissioning/search-opcua.ts';
import { searchOnvif } from '../commissioning/search-onvif.ts';
import type { Search } from '../commissioning/search.ts';

/** A draft with more would not be read by anybody; `firewatch browse` gives the rest. */
const MOST_VARIABLES = 200;
const LONGEST_MS = 60_000;

export interface Looked {
  readonly found: readonly FoundThing[];
  /** Why there is nothing, or not all. */
  readonly note?: string;
}

/** The variables of a server, the first two hundred. */
export const lookAtServer = (url: string, source: string): Promise<Looked> =>
  look(searchOpcua, { kind: 'opcua', url, rate: 50, as: source }, MOST_VARIABLES);

/** Cameras of the network segment. */
export const lookForCameras = (): Promise<Looked> => look(searchOnvif, { kind: 'onvif' }, MOST_VARIABLES);

async function look<Order extends SearchOrder>(search: Search<Order>, order: Order, most: number): Promise<Looked> {
  const stop = new AbortController();
  const found: FoundThing[] = [];
  const timer = setTimeout(() => stop.abort(new Error('no answer within a minute')), LONGEST_MS);
  const tell = (step: { readonly found?: readonly FoundThing[] }): void => {
    found.push(...(step.found ?? []).slice(0, most - found.length));
    if (found.length >= most) stop.abort();
  };
  try {
    await search(order, { tell, signal: stop.signal, site: '' });
    return { found };
  } catch (error) {
    if (found.length >= most) return { found, note: `the first ${most} are here` };
    return { found, note: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
