import { InvalidArgumentError, type Command } from 'commander';
import type { FoundCamera } from '#drivers/onvif/discovery.ts';
import { cameraLines } from './commissioning/camera-lines.ts';

interface DiscoverFlags {
  readonly json?: true;
  readonly at?: string;
  readonly wait: number;
}

/** `firewatch discover onvif`: cameras of this network segment as sources ready to paste. Exit 1 when there is none. */
export const command = (program: Command): void => {
  program
    .command('discover')
    .description("find devices, as lines ready to paste into a site's sources")
    .command('onvif')
    .description('cameras that answer WS-Discovery; routers do not pass it on')
    .option('--json', 'one JSON object a camera and line')
    .option('--at <address>', 'ask this address instead of everybody: host or host:port')
    .option('--wait <seconds>', 'how long answers are waited for', seconds, 4)
    .action(async (flags: DiscoverFlags) => {
      process.exitCode = await discoverOnvif(flags);
    });
};

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 60)) throw new InvalidArgumentError('Expected seconds, more than 0, at most 60.');
  return value;
}

async function discoverOnvif({ json, at, wait }: DiscoverFlags): Promise<number> {
  const { discoverCameras, WS_DISCOVERY } = await import('#drivers/onvif/discovery.ts');
  const [address = WS_DISCOVERY.address, port] = at?.split(':') ?? [];
  const strange = new Set<string>();
  const found = await discoverCameras({
    address,
    port: port === undefined ? WS_DISCOVERY.port : Number(port),
    waitMs: wait * 1000,
    refused: (from) => strange.add(from),
  });
  if (json) for (const camera of found) console.log(JSON.stringify(camera));
  else if (found.length > 0) console.log(asYaml(found));
  console.error(`${found.length} cameras found`);
  if (strange.size > 0) console.error(`answers that make no sense came from ${[...strange].slice(0, 20).join(', ')}`);
  return found.length > 0 ? 0 : 1;
}

function asYaml(found: readonly FoundCamera[]): string {
  const lines = found.map((camera, index) => cameraLines(camera, index + 1));
  return ['sources:', ...lines.map(({ sources }) => sources), 'points:', ...lines.map(({ points }) => points)].join(
    '\n',
  );
}
