import { parentPort, workerData } from 'node:worker_threads';
import { strToU8, zipSync } from 'fflate';
import { secretHider } from './hide-secrets.ts';

export interface WrapUpResult {
  readonly archive: Uint8Array;
}

const { files, secrets } = workerData as {
  readonly files: readonly (readonly [name: string, text: string])[];
  readonly secrets: readonly string[];
};

const hide = secretHider(secrets);
// Names come from the configuration, too.
const archive = zipSync(Object.fromEntries(files.map(([name, text]) => [hide(name), strToU8(hide(text))])));
parentPort?.postMessage({ archive } satisfies WrapUpResult, []);
