import type { OpcuaOptions } from './schema.ts';

/** How the points of one group are read, with nothing left open. Times in milliseconds. */
export interface GroupSettings {
  readonly name: string;
  readonly mode: 'subscribe' | 'read';
  readonly publishingInterval: number;
  readonly samplingInterval: number;
  readonly queueSize: number;
  readonly deadband: { readonly absolute: number } | { readonly percent: number } | undefined;
}

export interface PointGroup<Point> {
  readonly settings: GroupSettings;
  readonly points: readonly Point[];
}

/** Divides the points among the configured groups, the rest into one more; empty groups are left out. */
export function groupPoints<Point extends { readonly id: string }>(
  options: OpcuaOptions,
  points: readonly Point[],
): PointGroup<Point>[] {
  const groups = [...options.groups, { name: 'default', points: ['*'] }].map((group) => ({
    patterns: group.points.map(patternOf),
    settings: settingsOf(options, group),
    points: [] as Point[],
  }));
  for (const point of points) {
    groups.find(({ patterns }) => patterns.some((pattern) => pattern.test(point.id)))?.points.push(point);
  }
  return groups.filter(({ points }) => points.length > 0);
}

function settingsOf(
  options: OpcuaOptions,
  group: Partial<OpcuaOptions['groups'][number]> & { readonly name: string },
): GroupSettings {
  const publishingInterval = group.publishingInterval ?? options.publishingInterval;
  return {
    name: group.name,
    mode: group.mode ?? options.mode,
    publishingInterval,
    samplingInterval: group.samplingInterval ?? options.samplingInterval ?? publishingInterval,
    queueSize: group.queueSize ?? options.queueSize,
    deadband: group.deadband ?? options.deadband,
  };
}

/** `*` is any text, `?` one character, everything else itself. */
function patternOf(glob: string): RegExp {
  const literal = glob.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${literal.replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`, 'u');
}
