import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { from, mergeMap } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import type { Sample } from '#agent/model/sample.ts';
import { copyDemoSite } from '#agent/cli/demo/site-copy.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { deviceFaultSchema, deviceNames } from '#simulators/device/fault-menus.ts';
import { startSimulators, type Simulators } from '#simulators/start-simulators.ts';

let simulators: Simulators;
let directory: string;
let close: () => void;
/** The last sample of every point, as its driver decodes it with its profile. */
const last = new Map<string, Sample>();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'firewatch-device-faults-'));
  simulators = await startSimulators({ devices: deviceNames.filter((name) => name !== 'opcua'), speed: 0 });
  const file = copyDemoSite(join(directory, 'site'), {
    endpoints: { ...simulators.endpoints, opcua: 'opc.tcp://127.0.0.1:1' },
    receiver: 'mqtt://127.0.0.1:1',
  });
  const loaded = loadSite(file, { kinds: drivers, env: {} });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ what }) => what).join('\n'));
  const kindOf = new Map(loaded.config.points.map(({ id, kind }) => [id, kind]));
  const opened = loaded.config.sources
    .filter(({ kind }) => kind !== 'opcua')
    .map(({ id, kind, options, addresses }) => {
      const driver = drivers.find((one) => one.kind === kind);
      if (!driver) throw new Error(`no driver of kind ${kind}`);
      return driver
        .open(options, {
          source: id,
          points: [...addresses].map(([point, address]) => ({
            id: point,
            address,
            kind: kindOf.get(point) ?? 'number',
          })),
          clock: systemClock,
          stateDir: directory,
          share: (_, make) => {
            const { value, dispose } = make();
            return { value, release: dispose };
          },
        })
        .pipe(mergeMap((signal) => from(signal.type === 'samples' ? signal.samples : [])))
        .subscribe((sample) => last.set(String(sample.point), sample));
    });
  close = () => {
    for (const one of opened) one.unsubscribe();
  };
}, 180_000);

afterEach(async () => {
  await simulators.clearFaults();
});

afterAll(async () => {
  close();
  await simulators.stop();
  rmSync(directory, { recursive: true, force: true });
});

const shows = (point: string, expected: object): Promise<void> =>
  vi.waitFor(() => expect(last.get(point)).toMatchObject(expected), { timeout: 45_000, interval: 50 });

const good = { quality: { level: 'good' } };
const bad = { quality: { level: 'bad' } };

describe('a fault of a device, as its driver and profile tell it', () => {
  it.each([
    ['gas-panel', { kind: 'sensor-fault', channel: 1 }, 'GD-1501.gas', bad],
    ['gas-panel', { kind: 'inhibit-frozen', channel: 2, shown: 0 }, 'GD-1502.gas', { quality: { level: 'uncertain' } }],
    ['gas-line', { kind: 'lost', channel: 1 }, 'GD-1101.gas', bad],
    ['lightning', { kind: 'rotor-fault' }, 'EFM-2901.peak', bad],
    ['tank-gauge', { kind: 'probe-out', tank: 2 }, 'FT-2.height', bad],
    ['sis', { kind: 'bypass-on', valve: 'XV-2101' }, 'SIS-XV-2101.inhibit', { value: true, ...good }],
    ['sis', { kind: 'air-low', valve: 'XV-2104' }, 'SIS-XV-2104.air-low', { value: true, ...good }],
    [
      'sis',
      { kind: 'switch-stuck', valve: 'XV-2101', switch: 'closed', at: true },
      'SIS-XV-2101.closed',
      { value: true },
    ],
    ['vibration', { kind: 'not-ok', channel: 3 }, 'VT-1503.vibration', bad],
    ['wireless', { kind: 'out-of-reach', channel: 1 }, 'WV-1401A.velocity', bad],
    [
      'filling-skid',
      { kind: 'permissive-lost', permissive: 'grounding' },
      'FS-2201.grounding',
      { value: false, ...good },
    ],
    ['filling-skid', { kind: 'batch-missing' }, 'FS-2201.batch', { value: 0 }],
    ['filling-skid', { kind: 'flow-no-number' }, 'FS-2201.flow', bad],
  ])(
    '%s %o shows at %s and goes away with it',
    async (device, fault, point, expected) => {
      await vi.waitFor(() => expect(last.get(point)).toMatchObject(good), { timeout: 45_000, interval: 50 });
      const before = last.get(point)?.value;
      await simulators.fault(deviceFaultSchema.parse({ device, fault }));
      await shows(point, expected);
      await simulators.clearFaults();
      await shows(point, typeof before === 'boolean' ? { value: before, ...good } : good);
    },
    40_000,
  );
});
