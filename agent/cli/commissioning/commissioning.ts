import type { Clock } from '#agent/model/clock.ts';
import type { CommissioningPort, FoundThing, SearchOrder, SearchView } from '#agent/web/site-port.ts';
import type { SearchPlace, SearchStep } from './search.ts';

/** More is no list that a person picks from. */
const MOST_FOUND = 20_000;
const MOST_NOTES = 100;
const LONGEST_MS = 30 * 60_000;

export interface CommissioningParts {
  readonly clock: Clock;
  /** Site file. */
  readonly path: string;
  /** Serial lines that the agent itself reads: nobody else may speak there. */
  readonly linesInUse: () => readonly string[];
}

interface Running {
  readonly stop: AbortController;
  view: SearchView;
  readonly found: FoundThing[];
}

/** Searches for the page: what the commands `browse`, `probe` and `discover` do, one at a time. */
export function openCommissioning({ clock, path, linesInUse }: CommissioningParts): CommissioningPort {
  let last: Running | undefined;

  const run = async (order: SearchOrder, running: Running): Promise<void> => {
    const { stop } = running;
    const timer = setTimeout(() => stop.abort(new Error('half an hour was not enough')), LONGEST_MS);
    const told = (step: SearchStep): void => {
      // A library may come late with what it was asked before.
      if (running.view.state === 'running') take(running, step);
    };
    const end = (state: SearchView['state'], note?: string): void => {
      if (note !== undefined) told({ note });
      running.view = { ...running.view, state, endedAt: clock.now() };
    };
    try {
      await search(order, { tell: told, signal: stop.signal, site: path });
      end('done');
    } catch (error) {
      if (stop.signal.aborted && stop.signal.reason === CANCELLED) end('cancelled');
      else end('failed', error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    start(order) {
      if (last?.view.state === 'running')
        return { accepted: false, text: 'a search is going on; wait for it or cancel it' };
      if ('target' in order && linesInUse().includes(order.target))
        return { accepted: false, text: `the agent itself reads ${order.target}: take its source out of force first` };
      const view: SearchView = {
        kind: order.kind,
        target: targetOf(order),
        state: 'running',
        startedAt: clock.now(),
        seen: 0,
        found: 0,
        notes: [],
      };
      last = { stop: new AbortController(), view, found: [] };
      void run(order, last);
      return { accepted: true };
    },
    cancel: () => last?.stop.abort(CANCELLED),
    view: () => last?.view,
    found: () => last?.found ?? [],
  };
}

const CANCELLED = new Error('cancelled');

function take(running: Running, { seen, of, found = [], note }: SearchStep): void {
  const { view } = running;
  running.found.push(...found.slice(0, MOST_FOUND - running.found.length));
  running.view = {
    ...view,
    ...(seen !== undefined && { seen }),
    ...(of !== undefined && { of }),
    found: running.found.length,
    notes: note === undefined || view.notes.length >= MOST_NOTES ? view.notes : [...view.notes, note],
  };
  if (running.found.length >= MOST_FOUND)
    running.stop.abort(new Error(`the first ${MOST_FOUND} are shown; narrow the search to see others`));
}

/** Each brings its protocol along only when it is asked for. */
async function search(order: SearchOrder, place: SearchPlace): Promise<void> {
  switch (order.kind) {
    case 'opcua':
      return (await import('./search-opcua.ts')).searchOpcua(order, place);
    case 'modbus':
      return (await import('./search-modbus.ts')).searchModbus(order, place);
    case 'modbus-units':
      return (await import('./search-modbus.ts')).searchUnits(order, place);
    case 'onvif':
      return (await import('./search-onvif.ts')).searchOnvif(order, place);
  }
}

function targetOf(order: SearchOrder): string {
  if (order.kind === 'opcua') return order.url ?? order.source ?? '';
  return order.kind === 'onvif' ? (order.at ?? '') : order.target;
}
