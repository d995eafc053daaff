import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Keeps what Node makes of the sources beside the installed packages, for the next start: half of a start is reading,
 * stripping and compiling two thousand files. Node writes it at the end of the process and throws away what was made by
 * another version, of another file or with other flags. An image, the systemd unit and an installed release name a folder
 * of their own in `NODE_COMPILE_CACHE`, which goes before this one; where none can be written, nothing is kept and nothing said.
 */
export function keepCompiled(): void {
  enableCompileCache(compiledFolder);
}

/**
 * Named in a process's environment it serves the first file too: then nothing is left to strip types of, and the stripper
 * (20 MB in memory) is not loaded.
 */
export const compiledFolder = fileURLToPath(new URL('../../node_modules/.cache/firewatch', import.meta.url));
