import { join } from 'node:path';
import type { Answer } from '#simulators/receiver/mqtt-endpoint.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import type { Receiver } from '#simulators/receiver/receiver.ts';
import { readArrivals } from './evidence.ts';
import type { Arrivals } from './evidence.ts';
import type { Blow } from './plan.ts';

/** Two that verify everything: `park` listens at the broker, `county` is an endpoint of its own and lies when told to. */
export interface Receivers {
  readonly countyPort: number;
  readonly lie: (how: Extract<Blow, { kind: 'receiver' }>['how'] | undefined) => void;
  readonly isMissing: (heads: Parameters<Receiver['missing']>[0]) => boolean;
  readonly arrivals: () => Arrivals[];
  readonly stop: () => Promise<void>;
}

const QUOTA_EXCEEDED = 0x97;
const UNSPECIFIED_ERROR = 0x80;
/** Of all publishes while it hangs up, each so many. */
const HANGS_UP_AT = 5;

export async function startReceivers(directory: string, brokerUrl: string): Promise<Receivers> {
  let lie: Parameters<Receivers['lie']>[0];
  let victim: string | undefined;
  const victims = new Set<string>();
  let publishes = 0;
  const answer = (topic: string, payload: Buffer): Answer | undefined => {
    publishes += 1;
    if (victims.size > 0 || lie === 'refuses-one') {
      const id = idOf(payload);
      if (id !== undefined && victims.has(id)) return UNSPECIFIED_ERROR;
      if (lie === 'refuses-one' && victim === undefined && id !== undefined && topic.endsWith('/sample')) {
        victim = id;
        victims.add(id);
        return UNSPECIFIED_ERROR;
      }
    }
    if (lie === 'silent') return 'silence';
    if (lie === 'hangs-up' && publishes % HANGS_UP_AT === 0) return 'hang-up';
    return lie === 'hangs-up' && publishes % HANGS_UP_AT === 1 ? QUOTA_EXCEEDED : undefined;
  };
  const directories = { park: join(directory, 'park'), county: join(directory, 'county') };
  const park = await startReceiver({ url: brokerUrl, topicPrefix: 'firewatch', directory: directories.park });
  const county = await startReceiver({
    embeddedBroker: { port: 0 },
    topicPrefix: 'firewatch',
    directory: directories.county,
    refuse: answer,
  });
  return {
    countyPort: county.port,
    lie: (how) => {
      lie = how;
      victim = undefined;
    },
    isMissing: (heads) => park.missing(heads).length > 0 || county.missing(heads).length > 0,
    arrivals: () => [
      { receiver: 'park', messages: readArrivals(directories.park), invalid: park.report().faults, refused: 0 },
      {
        receiver: 'county',
        messages: readArrivals(directories.county),
        invalid: county.report().faults,
        refused: victims.size,
      },
    ],
    stop: async () => {
      await park.stop();
      await county.stop();
    },
  };
}

function idOf(payload: Buffer): string | undefined {
  const message = JSON.parse(payload.toString()) as { readonly id?: string };
  return message.id;
}
