import { readFileSync } from 'node:fs';

/** PEM text given as such or by the path of its file. */
export const pem = (textOrPath: string): string =>
  textOrPath.includes('-----BEGIN ') ? textOrPath : readFileSync(textOrPath, 'utf8');
