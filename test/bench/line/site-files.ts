import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

export interface LineSite {
  readonly sources: readonly object[];
  readonly points: readonly { readonly id: string; readonly source: string; readonly address: string }[];
}

/** One point in so many has four limits, which its values never reach. */
const LIMITS_EVERY = 10;

/** Writes a site into a directory as an integrator would, with one receiver at this broker; returns the YAML's path. */
export function writeSite(directory: string, { sources, points }: LineSite, broker: string): string {
  const rows = points.map(({ id, source, address }, index) => {
    const limits = index % LIMITS_EVERY === 0 ? '950,900,5,1' : ',,,';
    return `${id},${source},${address},number,0,1000,${limits}`;
  });
  writeFileSync(
    join(directory, 'points.csv'),
    `${['id,source,address,kind,low,high,HH,H,L,LL', ...rows].join('\n')}\n`,
  );
  const file = join(directory, 'site.yaml');
  const receiver = { id: 'park', transport: { kind: 'mqtt', url: broker } };
  const site = { id: 'bench', name: 'bench', timezone: 'UTC' };
  const journal = { directory: './data' };
  writeFileSync(file, stringify({ site, include: ['points.csv'], journal, sources, receivers: [receiver] }));
  return file;
}
