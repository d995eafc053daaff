import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { deviceNames } from '#simulators/device/fault-menus.ts';
import { plantTags } from '#simulators/plant/tags.ts';

const path = fileURLToPath(new URL('../../config/sites/demo/site.yaml', import.meta.url));
const loaded = loadSite(path, { kinds: drivers, env: {} });
if (!loaded.ok) throw new Error(loaded.errors.map(({ what }) => what).join('\n'));
const { config, warnings } = loaded;

describe('the demo site', () => {
  it('is configured without a warning', () => {
    expect(warnings).toEqual([]);
  });

  it('has every tag of the plant as a point of the system that shows it, with its kind, unit and range', () => {
    const points = config.points
      .filter(({ source }) => ['dcs', 'tank-farm-plc'].includes(source))
      .map(({ id, source, kind, unit, range }) => ({ id, source, kind, unit, range }));
    const tags = plantTags.map(({ point, system, kind, unit, range }) => ({
      id: point,
      source: system === 'dcs' ? 'dcs' : 'tank-farm-plc',
      kind,
      unit,
      range: range && { low: range[0], high: range[1] },
    }));
    const byId = (a: { id: string }, b: { id: string }): number => a.id.localeCompare(b.id);
    expect(points.toSorted(byId)).toEqual(tags.toSorted(byId));
  });

  it('shows every class of device, with the filling station, all marked as simulated', () => {
    const named: Readonly<Record<string, string>> = { dcs: 'opcua', 'tank-farm-plc': 'modbus' };
    const station = loadSite(path.replace('/demo/', '/filling-station/'), { kinds: drivers, env: {} });
    const atStation = station.ok ? station.config.sources : [];
    const shown = new Set([...config.sources, ...atStation].map(({ id }) => named[id] ?? id));
    expect([...shown].toSorted()).toEqual(deviceNames.toSorted());
    expect([...config.sources, ...atStation].filter(({ simulated }) => !simulated)).toEqual([]);
  });

  it('tells the operator of every alarm what happened and what to do, in Chinese and English', () => {
    // Standard alarms of device profiles have their texts from the profile.
    const ofPlant = new Set(
      config.points.filter(({ source }) => ['dcs', 'tank-farm-plc'].includes(source)).map(({ id }) => id),
    );
    const alarms = config.alarms.filter(({ point }) => point !== undefined && ofPlant.has(point));
    expect(alarms.length).toBeGreaterThan(50);
    const silent = alarms.filter(
      ({ message, response }) =>
        !/\p{Script=Han}/u.test(message?.zh ?? '') || !message?.en || !response?.zh || !response.en,
    );
    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  it('holds detectors, interlocks and tanks to their statutory roles', () => {
    const roleOf = new Map(config.points.map(({ id, safetyRole }) => [String(id), safetyRole]));
    expect(roleOf.get('AT-1101.hydrogen')).toBe('gas');
    expect(roleOf.get('T-1101.interlock')).toBe('sis');
    expect(roleOf.get('TK-2101.temperature')).toBe('major-hazard');
  });

  it('names each endpoint literally once, where the demo puts its own', () => {
    const text = readFileSync(path, 'utf8');
    for (const endpoint of ['opc.tcp://127.0.0.1:48400', 'port: 15020', 'port: 15028', 'mqtt://127.0.0.1:18830']) {
      expect(text.split(endpoint).length).toBe(2);
    }
  });
});
