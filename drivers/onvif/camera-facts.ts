import { z } from 'zod';
import { child, textAt } from '../bounded-xml/read-xml.ts';
import type { CameraLibrary } from './library.ts';
import type { SoapAnswer } from './soap.ts';
import { SoapFault } from './soap.ts';
import type { SoapRequest } from './session.ts';
import { plainTopic } from './topics.ts';

/** What a camera is and where its pictures are. Addresses are as the camera gives them, without credentials. */
export interface CameraFacts {
  readonly device: Readonly<Record<string, string>>;
  readonly snapshotUri: string | undefined;
  readonly streamUri: string | undefined;
  /** Of a stream with metadata in it, where one is wanted and there is one. */
  readonly metadataUri: string | undefined;
  /** Topics that it offers, plain; undefined where it does not say. */
  readonly topics: ReadonlySet<string> | undefined;
}

const word = z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value).slice(0, 200));

const profileSchema = z.object({
  $: z.object({ token: word }),
  name: word.optional(),
  videoEncoderConfiguration: z
    .object({
      encoding: word.optional(),
      resolution: z.object({ width: z.number(), height: z.number() }).optional(),
    })
    .optional(),
  metadataConfiguration: z.unknown().optional(),
});

type Profile = z.output<typeof profileSchema>;

const uriSchema = z.object({ uri: z.string().max(2_000) });

/** Below this, nothing can be told from a picture. */
const NARROWEST = 320;
const PROFILES_AT_MOST = 16;
const TOPICS_AT_MOST = 500;

type Call = (request: SoapRequest) => Promise<SoapAnswer>;

/**
 * Asks the camera for all of it, one after the other. What it can't do is left out; a refused login or a loss rejects.
 * `metadata` is the profile whose metadata is wanted, or true for the first that has any.
 */
export async function readCameraFacts(
  library: CameraLibrary,
  call: Call,
  metadata: boolean | string = false,
): Promise<CameraFacts> {
  const device = await readDevice(library, call);
  const hasServices = await optional(
    library.run((camera, done) => camera.getServices(false, (error) => done(error, true)), call),
  );
  // Cameras older than GetServices.
  if (!hasServices)
    await optional(library.run((camera, done) => camera.getCapabilities((error) => done(error, true)), call));
  const profiles = await readProfiles(library, call);
  const [best, smallest] = [profiles[0], smallestOf(profiles)];
  const streamUri = best && (await readUri(library, call, best.$.token, 'stream'));
  const snapshotUri = smallest && (await readUri(library, call, smallest.$.token, 'snapshot'));
  const telling = profiles.find(({ $, metadataConfiguration }) =>
    typeof metadata === 'string' ? $.token === metadata : metadata && metadataConfiguration !== undefined,
  );
  const metadataUri = telling && (await readUri(library, call, telling.$.token, 'stream'));
  const topics = await optional(readTopics(library, call));
  return {
    device: {
      ...device,
      ...(profiles.length > 0 && { profiles: profiles.map(describe).join('; ') }),
      ...(streamUri && { stream: streamUri }),
      ...(snapshotUri && { snapshot: snapshotUri }),
      ...(metadataUri && { metadata: metadataUri }),
    },
    snapshotUri,
    streamUri,
    metadataUri,
    topics,
  };
}

/** By itself: the library makes numbers of what looks like one, and firmware 5.10 is not 5.1. */
async function readDevice(library: CameraLibrary, call: Call): Promise<Record<string, string>> {
  const body = '<GetDeviceInformation xmlns="http://www.onvif.org/ver10/device/wsdl"/>';
  const answer = await call({
    path: library.pathOf('device'),
    envelope: (withToken) => library.envelope(body, withToken),
  });
  const told = child(answer.body, 'GetDeviceInformationResponse');
  if (!told) throw new SoapFault('the answer to GetDeviceInformation is something else');
  const of = (name: string): string => (textAt(told, name) ?? '').slice(0, 200);
  const facts = { vendor: of('Manufacturer'), model: of('Model'), firmware: of('FirmwareVersion') };
  return Object.fromEntries(Object.entries(facts).filter(([, text]) => text !== ''));
}

async function readProfiles(library: CameraLibrary, call: Call): Promise<readonly Profile[]> {
  const told = await optional(library.run<unknown>((camera, done) => camera.getProfiles(done), call));
  const list = Array.isArray(told) ? (told as readonly unknown[]) : [];
  return list.slice(0, PROFILES_AT_MOST).flatMap((one) => profileSchema.safeParse(one).data ?? []);
}

/** The smallest that still shows something: a snapshot of it costs the camera and us least. */
function smallestOf(profiles: readonly Profile[]): Profile | undefined {
  const width = (profile: Profile): number => profile.videoEncoderConfiguration?.resolution?.width ?? 0;
  return profiles.filter((one) => width(one) >= NARROWEST).toSorted((a, b) => width(a) - width(b))[0] ?? profiles[0];
}

async function readUri(
  library: CameraLibrary,
  call: Call,
  profileToken: string,
  of: 'stream' | 'snapshot',
): Promise<string | undefined> {
  const told = await optional(
    library.run<unknown>(
      (camera, done) =>
        of === 'stream'
          ? camera.getStreamUri({ protocol: 'RTSP', profileToken }, done)
          : camera.getSnapshotUri({ profileToken }, done),
      call,
    ),
  );
  const uri = uriSchema.safeParse(told).data?.uri.trim();
  if (uri === undefined || !URL.canParse(uri)) return undefined;
  const plain = new URL(uri);
  plain.username = '';
  plain.password = '';
  return plain.href;
}

async function readTopics(library: CameraLibrary, call: Call): Promise<ReadonlySet<string>> {
  const told = await library.run<unknown>((camera, done) => camera.getEventProperties(done), call);
  const set = z.object({ topicSet: z.looseObject({}) }).parse(told).topicSet;
  const found = new Set<string>();
  const walk = (node: unknown, path: readonly string[]): void => {
    if (typeof node !== 'object' || node === null || found.size >= TOPICS_AT_MOST) return;
    const attributes = (node as { $?: Readonly<Record<string, unknown>> }).$;
    if (attributes?.['topic'] === true || attributes?.['topic'] === 'true') found.add(plainTopic(path.join('/')));
    for (const [name, next] of Object.entries(node)) {
      if (name === '$' || name === 'messageDescription') continue;
      for (const one of Array.isArray(next) ? (next as readonly unknown[]) : [next]) walk(one, [...path, name]);
    }
  };
  walk(set, []);
  return found;
}

const describe = ({ $, name, videoEncoderConfiguration: video }: Profile): string => {
  const size = video?.resolution ? ` ${video.resolution.width}x${video.resolution.height}` : '';
  return `${name ?? $.token}${video?.encoding ? ` ${video.encoding}` : ''}${size}`;
};

/** What the camera refuses or tells unreadably is not there; all else is the caller's. */
async function optional<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof SoapFault || error instanceof TypeError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
