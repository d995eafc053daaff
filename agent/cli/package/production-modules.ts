import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      dev: z.boolean().optional(),
      optional: z.boolean().optional(),
      license: z.string().optional(),
    }),
  ),
});

export interface ProductionModule {
  /** Folder below the project's, as `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** SPDX expression as the package states it. */
  readonly licence: string;
}

/**
 * What runs in production, as package-lock.json has it. Throws when something of it is not installed in the version
 * that the lock names; optional ones for other platforms may be absent.
 */
export function productionModules(root: string): readonly ProductionModule[] {
  const { packages } = lockfile.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  return Object.entries(packages).flatMap(([path, { version = '', dev, optional, license }]) => {
    // Types do nothing at run time.
    if (path === '' || dev || /node_modules\/(@types\/|undici-types$)/.test(path)) return [];
    const manifest = join(root, path, 'package.json');
    if (!existsSync(manifest)) {
      if (optional) return [];
      throw new Error(`${path} ${version} is not installed: run npm ci`);
    }
    const stated = manifestSchema.parse(JSON.parse(readFileSync(manifest, 'utf8')));
    if (stated.version !== version)
      throw new Error(`${path} is ${stated.version}, package-lock.json asks for ${version}: run npm ci`);
    const licence = license ?? stated.license ?? 'not stated';
    return [{ path, name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length), version, licence }];
  });
}

const manifestSchema = z.object({ version: z.string(), license: z.string().optional().catch(undefined) });
