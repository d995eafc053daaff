import { Observable } from 'rxjs';
import { Flag } from '#agent/model/flags.ts';
import { GOOD } from '#agent/model/quality.ts';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { defineDriver, SourceError } from '../driver.ts';
import type { DriverContext, Signal } from '../driver.ts';
import { listenHttp } from '../json-feed/http-ingest.ts';
import { readJson } from '../json-feed/read-json.ts';
import { addressSchema } from './address.ts';
import type { PermitFeedAddress } from './address.ts';
import { check } from './check.ts';
import { WatchedFile } from './file.ts';
import { Puller } from './pull.ts';
import { SqlView } from './sql/sql-view.ts';
import { readRecords } from './records.ts';
import { rosterOf } from './roster-mapping.ts';
import { optionsSchema } from './schema.ts';
import type { PermitFeedOptions } from './schema.ts';

/** Whoever keeps permits and registers: records are read by expressions and become facts. Nothing is written there. */
export const permitFeed = defineDriver<PermitFeedOptions, PermitFeedAddress>({
  kind: 'permit-feed',
  summary:
    'work permits, registers and rosters: HTTP pull with cursor, authenticated posts, a database view, or a watched CSV or JSON file',
  schema: optionsSchema,
  address: addressSchema,
  tellsFacts: true,
  check,
  releaseWithinMs: 1000,
  open: (options, context) =>
    new Observable<Signal>((subscriber) => {
      const feed = new Feed(options, context, (signal) => subscriber.next(signal));
      const stop = new AbortController();
      const lost = (error: unknown): void => {
        if (!stop.signal.aborted) subscriber.error(error);
      };
      const { transport } = options;
      let timer: NodeJS.Timeout | undefined;
      const repeat = (look: () => Promise<void>): void => {
        const turn = async (): Promise<void> => {
          await look();
          if (stop.signal.aborted) return;
          feed.tellAlive();
          timer = setTimeout(() => void turn().catch(lost), options.interval);
        };
        void turn().catch(lost);
      };
      let release = (): void => undefined;
      if (transport.kind === 'http')
        release = listenHttp(transport, context, {
          opened: () => repeat(() => Promise.resolve()),
          message: (text) => feed.takeText(text),
          refuse: (why) => feed.refuse([why]),
          lost: (reason) => lost(new SourceError(reason)),
        });
      else {
        const take = (text: string, answer: unknown): void => {
          if (!stop.signal.aborted) feed.take(text, answer);
        };
        const refuse = (why: string): void => feed.refuse([why]);
        if (transport.kind === 'http-pull') {
          const puller = new Puller(transport);
          repeat(() => puller.look(stop.signal, take));
        } else if (transport.kind === 'sql') {
          const view = new SqlView(transport);
          release = () => view.close();
          repeat(() => view.look(take, refuse));
        } else {
          const file = new WatchedFile(transport);
          repeat(() => file.look(take, refuse));
        }
      }
      return () => {
        stop.abort();
        clearTimeout(timer);
        release();
      };
    }),
});

const MOST_REMEMBERED = 20_000;
const MOST_TOLD_AT_ONCE = 20;

/** What the records of one connection say. */
class Feed {
  readonly #options: PermitFeedOptions;
  readonly #context: DriverContext<PermitFeedAddress>;
  readonly #emit: (signal: Signal) => void;
  /** Versions that were told, so that a list that is whole each time is news only where it changed. */
  readonly #versions = new Map<string, number>();
  readonly #refusals = new Set<string>();
  readonly #counts = { records: 0, refused: 0 };
  #flags = 0;

  constructor(options: PermitFeedOptions, context: DriverContext<PermitFeedAddress>, emit: (signal: Signal) => void) {
    this.#options = options;
    this.#context = context;
    this.#emit = emit;
  }

  takeText(text: string): 'taken' | 'refused' {
    let answer: unknown;
    try {
      answer = readJson(text);
    } catch (error) {
      this.refuse([`no JSON: ${error instanceof Error ? error.message : ''}`.slice(0, 200)]);
      return 'refused';
    }
    return this.take(text, answer) ? 'taken' : 'refused';
  }

  /** True where every record could be read. */
  take(text: string, answer: unknown): boolean {
    if (text.includes(SIMULATOR_VENDOR)) this.#flags = Flag.sim;
    const arrival = { receiveTime: this.#context.clock.now(), zone: this.#options.zone, flags: this.#flags };
    const { facts, refused } = readRecords(this.#options, answer, arrival);
    const news = facts.filter((fact) => {
      const key = `${fact.kind === 'permit' ? 'permit' : fact.register} ${fact.id}`;
      if (this.#versions.get(key) === fact.version) return false;
      if (this.#versions.size >= MOST_REMEMBERED) this.#versions.clear();
      this.#versions.set(key, fact.version);
      return true;
    });
    this.#counts.records += news.length;
    if (news.length > 0) this.#emit({ type: 'facts', facts: news });
    const roster = this.#options.roster && rosterOf(this.#options.roster, answer, arrival);
    // Told each time, so that a roster that still stands does not go stale.
    if (roster?.fact) this.#emit({ type: 'facts', facts: [roster.fact] });
    const all = [...refused, ...(roster?.refused ?? [])];
    this.refuse(all);
    return all.length === 0;
  }

  /** Tells what could not be read; the same again is not news. */
  refuse(reasons: readonly string[]): void {
    const news = reasons.filter((why) => !this.#refusals.has(why));
    if (this.#refusals.size + news.length > MOST_REMEMBERED) this.#refusals.clear();
    for (const why of news) this.#refusals.add(why);
    this.#counts.refused += news.length;
    for (const why of news.slice(0, MOST_TOLD_AT_ONCE)) this.#tell(why);
    if (news.length > MOST_TOLD_AT_ONCE) this.#tell(`${news.length - MOST_TOLD_AT_ONCE} further records refused`);
  }

  tellAlive(): void {
    const { points, clock } = this.#context;
    const time = clock.now();
    const values = { online: true, ...this.#counts };
    const samples = points.map(({ id, address }) => ({
      point: id,
      value: values[address],
      quality: GOOD,
      sourceTime: time,
      receiveTime: time,
      flags: this.#flags,
    }));
    if (samples.length > 0) this.#emit({ type: 'samples', samples });
    this.#emit({ type: 'status', state: 'online', reason: '' });
  }

  #tell(why: string): void {
    const event = {
      time: this.#context.clock.now(),
      kind: 'permit-feed.refused',
      text: `a record was not read: ${why}`,
      flags: this.#flags,
    };
    this.#emit({ type: 'event', event });
  }
}
