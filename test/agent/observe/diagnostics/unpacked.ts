import { strFromU8, unzipSync } from 'fflate';

/** The files of a bundle, by name. */
export const unpacked = (bundle: Uint8Array): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(unzipSync(bundle)).map(([name, bytes]) => [name, strFromU8(bytes)]));
