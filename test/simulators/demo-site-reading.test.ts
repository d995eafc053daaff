import { mkdtempSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filter, firstValueFrom, mergeMap, scan, from, map, timeout } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyDemoSite } from '#agent/cli/demo/site-copy.ts';
import { systemClock } from '#agent/model/clock.ts';
import { hasFlag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import { loadSite } from '#config/load-site.ts';
import type { SiteConfig, SourceConfig } from '#config/site.ts';
import type { DriverContext } from '#drivers/driver.ts';
import { drivers } from '#drivers/registry.ts';
import { registerMap } from '#simulators/modbus/register-map.ts';
import { startSimulators, type Simulators } from '#simulators/start-simulators.ts';

const path = fileURLToPath(new URL('../../config/sites/demo/site.yaml', import.meta.url));
const loaded = loadSite(path, { kinds: drivers, env: {} });
if (!loaded.ok) throw new Error(`the demo site has ${loaded.errorCount} errors`);
const { config } = loaded;

/** The same with the simulators' ports in place of the documented ones. */
let live: SiteConfig;

let simulators: Simulators;
let stateDir: string;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'firewatch-demo-site-'));
  // Speed 0: the plant stands still, so that what is read can be compared with what is shown.
  simulators = await startSimulators({ speed: 0 });
  const { endpoints } = simulators;
  const file = copyDemoSite(join(stateDir, 'site'), { endpoints, receiver: 'mqtt://127.0.0.1:1' });
  const copied = loadSite(file, { kinds: drivers, env: {} });
  if (!copied.ok) throw new Error(copied.errors.map(({ what }) => what).join('\n'));
  live = copied.config;
});

afterAll(async () => {
  await simulators.stop();
  await rm(stateDir, { recursive: true });
});

/** The first good sample of every point, as the driver decodes it. */
const readAll = (source: SourceConfig): Promise<ReadonlyMap<PointId, Sample>> => {
  const driver = drivers.find(({ kind }) => kind === source.kind);
  if (!driver) throw new Error(`no driver of kind ${source.kind}`);
  const kindOf = new Map(config.points.map(({ id, kind }) => [id, kind]));
  const context: DriverContext<unknown> = {
    source: source.id,
    points: [...source.addresses].map(([id, address]) => ({ id, address, kind: kindOf.get(id) ?? 'number' })),
    clock: systemClock,
    stateDir: mkdtempSync(join(stateDir, source.id)),
    share: (_, make) => {
      const { value, dispose } = make();
      return { value, release: dispose };
    },
  };
  return firstValueFrom(
    driver.open(live.sources.find(({ id }) => id === source.id)?.options, context).pipe(
      mergeMap((signal) => from(signal.type === 'samples' ? signal.samples : [])),
      filter(({ quality }) => quality.level === 'good'),
      scan((read, sample) => read.set(sample.point, sample), new Map<PointId, Sample>()),
      filter((read) => read.size === source.addresses.size),
      map((read) => read as ReadonlyMap<PointId, Sample>),
      timeout(40_000),
    ),
  );
};

/** What the registers cannot tell apart; OPC UA carries a double and rounds nothing. */
const roundingOf = (id: string, value: number): number => {
  const encoding = registerMap.find(({ point }) => point === id)?.encoding;
  if (encoding === undefined) return 0;
  if (encoding.type === 'float32') return Math.abs(value) * 1e-6;
  return ('step' in encoding ? encoding.step : 1) / 2 + 1e-9;
};

describe('the demo site, read by its drivers from the simulators', () => {
  it.each(config.sources.filter(({ addresses }) => addresses.size > 0))(
    '$id delivers every point as the plant shows it, marked as simulated',
    async (source) => {
      const read = await readAll(source);
      const shown = new Map(simulators.truth().tags.map((tag) => [tag.point, tag.shown]));
      const wrong = [...read].filter(([id, { value }]) => {
        const truth = shown.get(id);
        if (truth === undefined) return false;
        const { factor, offset } = config.points.find((point) => point.id === id)?.scale ?? { factor: 1, offset: 0 };
        return typeof truth === 'boolean'
          ? value !== truth
          : Math.abs(Number(value) * factor + offset - truth) > roundingOf(id, truth);
      });
      expect(read.size).toBe(source.addresses.size);
      expect(wrong.map(([id, { value }]) => [id, value, shown.get(id)])).toEqual([]);
      expect([...read.values()].filter(({ flags }) => !hasFlag(flags, 'sim'))).toEqual([]);
    },
    60_000,
  );
});
