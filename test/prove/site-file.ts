import { readFileSync, writeFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { copyDemoSite } from '#agent/cli/demo/site-copy.ts';
import type { Endpoints } from '#simulators/start-simulators.ts';

export interface SiteAddresses {
  readonly endpoints: Endpoints;
  readonly broker: string;
  /** PEM file behind the broker's certificate. */
  readonly authority: string;
  readonly county: string;
  readonly journal: string;
}

/** The demo site with a second receiver, its journal on the small disk. */
export function writeSite(directory: string, { endpoints, broker, authority, county, journal }: SiteAddresses): string {
  const file = copyDemoSite(directory, { endpoints, receiver: broker });
  const document = parseDocument(readFileSync(file, 'utf8'));
  document.setIn(['journal', 'directory'], journal);
  document.setIn(['journal', 'maxSize'], '32MB');
  document.setIn(['receivers', 0, 'transport', 'tls'], document.createNode({ ca: authority }));
  document.addIn(
    ['receivers'],
    document.createNode({
      id: 'county',
      transport: { kind: 'mqtt', url: county, clientId: 'h2o2-demo-county', topicPrefix: 'firewatch' },
      profile: 'firewatch-json',
    }),
  );
  writeFileSync(file, document.toString());
  return file;
}
