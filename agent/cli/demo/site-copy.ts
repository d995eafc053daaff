import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseDocument } from 'yaml';
import type { DemoSiteName } from './demo-sites.ts';
import type { Endpoints } from '#simulators/start-simulators.ts';

const sites = fileURLToPath(new URL('../../../config/sites', import.meta.url));

/** Sources that are not named like their simulated device. */
const deviceOf: Readonly<Record<string, keyof Endpoints>> = { dcs: 'opcua', 'tank-farm-plc': 'modbus' };

const deviceOfSource = (id: string): keyof Endpoints => deviceOf[id] ?? (id as keyof Endpoints);

export interface DemoAddresses {
  /** Default `demo`. */
  readonly site?: DemoSiteName;
  readonly endpoints: Endpoints;
  /** `mqtt://127.0.0.1:…` */
  readonly receiver: string;
  /** Of the page, which may be seen without signing in; absent: no page. */
  readonly pagePort?: number;
}

/** The simulated devices that an example site reads. */
export function devicesOf(site: DemoSiteName): readonly string[] {
  const { sources } = parse(readFileSync(join(sites, site, 'site.yaml'), 'utf8')) as {
    readonly sources: readonly { readonly id: string }[];
  };
  return sources.map(({ id }) => deviceOfSource(id));
}

/** Copies an example site into a directory and puts the addresses in, so that a demo needs no fixed port. */
export function copyDemoSite(
  directory: string,
  { site = 'demo', endpoints, receiver, pagePort }: DemoAddresses,
): string {
  cpSync(join(sites, site), directory, { recursive: true, filter: (path) => !path.endsWith('/data') });
  const file = join(directory, 'site.yaml');
  const document = parseDocument(readFileSync(file, 'utf8'));
  const { sources } = document.toJS() as {
    readonly sources: readonly { readonly id: string; readonly kind: string }[];
  };
  sources.forEach(({ id, kind }, index) => {
    const endpoint = endpoints[deviceOfSource(id)];
    if (endpoint === undefined) throw new Error(`demo: no simulated device for source ${id}`);
    if (kind === 'local-sense') document.setIn(['sources', index, 'url'], `ws://${endpoint}`);
    else if (kind === 'permit-feed')
      document.setIn(['sources', index, 'transport', 'url'], `http://${endpoint}/permits`);
    else if (kind === 'onvif' || kind === 'alert-stream')
      document.setIn(['sources', index, 'port'], Number(endpoint.split(':').at(-1)));
    else if (endpoint.includes('://')) document.setIn(['sources', index, 'endpoint'], endpoint);
    else document.setIn(['sources', index, 'transport', 'port'], Number(endpoint.split(':').at(-1)));
  });
  document.setIn(['receivers', 0, 'transport', 'url'], receiver);
  if (pagePort === undefined) document.deleteIn(['page']);
  else document.setIn(['page'], { host: '127.0.0.1', port: pagePort, anonymous: 'viewer' });
  writeFileSync(file, document.toString());
  return file;
}
