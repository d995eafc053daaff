import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';

const demoSite = fileURLToPath(new URL('../../../config/sites/demo', import.meta.url));

export interface DemoAddresses {
  /** `opc.tcp://127.0.0.1:…` */
  readonly opcua: string;
  readonly modbusPort: number;
  /** `mqtt://127.0.0.1:…` */
  readonly receiver: string;
}

/** Copies the demo site into a directory and puts the addresses in, so that a demo needs no fixed port. */
export function copyDemoSite(directory: string, { opcua, modbusPort, receiver }: DemoAddresses): string {
  cpSync(demoSite, directory, { recursive: true, filter: (path) => !path.endsWith('/data') });
  const file = join(directory, 'site.yaml');
  const document = parseDocument(readFileSync(file, 'utf8'));
  document.setIn(['sources', 0, 'endpoint'], opcua);
  document.setIn(['sources', 1, 'transport', 'port'], modbusPort);
  document.setIn(['receivers', 0, 'transport', 'url'], receiver);
  writeFileSync(file, document.toString());
  return file;
}
