import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import { alarmId } from '#agent/model/ids.ts';
import { startSite } from '#agent/site.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { configOf, siteFolder } from '#test/config/site-folder.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';

const main = join(import.meta.dirname, '../../agent/cli/main.ts');

/** The command as a user runs it. */
const alarms = (...args: string[]) =>
  promisify(execFile)(process.execPath, [main, 'alarms', ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );

const yaml = `site: { id: demo }
sources:
  # nobody answers at this port
  - { id: plc, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: 1 } }
include: [more.csv]
points:
  - id: T
    source: plc
    address: holding:0 uint16
    kind: temperature # of the jacket
    unit: °C
    range: { low: 0, high: 200 }
    alarms: { H: 90 }
`;
const csv = 'id,source,address,kind,unit,low,high,H\nF,plc,holding:1 uint16,flow,t/h,0,10,8\n';

function site() {
  const root = siteFolder({ 'site.yaml': yaml, 'more.csv': csv });
  return { root, file: join(root, 'site.yaml'), out: join(root, 'alarms.csv') };
}

const edited = (path: string, from: RegExp, to: string): string => {
  const before = readFileSync(path, 'utf8');
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
  return path;
};

describe('firewatch alarms', () => {
  it('lists what stands and counts it, from the journal alone', async () => {
    const { file } = site();
    const config = configOf(loadSite(file, { kinds: drivers, env: {} }));
    const running = startSite({ config, drivers, clock: systemClock, tell: () => {} });
    await until(() => running.alarms().some(({ state }) => state === 'unacknowledged'));
    const request = { by: 'Li', why: 'pump test', forMs: 600_000, isOneShot: false };
    expect(running.shelve(alarmId('T/H'), request).accepted).toBe(true);
    await running.stop(0);

    const { stdout } = await alarms('list', file);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^high +unacknowledged +\d{4}-\S+Z +plc\/communication$/),
      expect.stringMatching(/^medium +normal, shelved +\S+Z +T\/H +Li: pump test, 10 min left$/),
      '2 alarms stand',
    ]);
    const listed = JSON.parse((await alarms('list', file, '--json')).stdout) as unknown;
    expect(listed).toMatchObject({ alarms: [{ alarm: 'plc/communication' }, { overlay: 'shelved' }], unreadable: [] });

    const figures = JSON.parse((await alarms('figures', file, '--json')).stdout) as unknown;
    expect(figures).toMatchObject({ annunciated: 1, topTen: [{ alarm: 'plc/communication', count: 1 }] });
    expect((await alarms('figures', file)).stdout).toMatch(/^alarms +1$/m);
    expect((await alarms('figures', file, '--group', 'unit 1')).stdout).toMatch(/^alarms +0$/m);
  });

  it('export what import takes back without a change', async () => {
    const { file, out } = site();
    expect((await alarms('export', file, out)).stdout).toContain('3 alarms');
    const back = await alarms('import', file, out, '--check');
    expect(back).toMatchObject({ code: 0, stdout: '' });
  });

  it('import writes settings where the point is defined and leaves the rest as it was', async () => {
    const { file, out } = site();
    await alarms('export', file, out);
    edited(out, /^(T\/H,T,plc,H),90,/m, '$1,85,');
    expect(await alarms('import', file, out, '--check')).toMatchObject({
      code: 1,
      stdout: 'alarm.changed T/H: setpoint 90 → 85\n',
    });
    expect(readFileSync(file, 'utf8')).toBe(yaml);

    expect(await alarms('import', file, out)).toMatchObject({ code: 0 });
    const config = configOf(loadSite(file, { kinds: drivers, env: {} }));
    expect(config.alarms.find(({ id }) => id === 'T/H')?.condition).toEqual({ kind: 'H', setpoint: 85, deadband: 2 });
    expect(readFileSync(file, 'utf8')).toContain('kind: temperature # of the jacket');
    expect(readFileSync(file, 'utf8')).toContain('# nobody answers at this port');
  });

  it('import changes nothing at all where one setting has no place in the YAML or is not allowed', async () => {
    const { file, out } = site();
    await alarms('export', file, out);
    edited(edited(out, /^(T\/H,T,plc,H),90,/m, '$1,85,'), /^(F\/H,F,plc,H),8,/m, '$1,9,');
    const inCsv = await alarms('import', file, out);
    expect(inCsv).toMatchObject({ code: 1, stderr: expect.stringContaining('F/H: setpoint 8 → 9: can not be set') });
    expect(readFileSync(file, 'utf8')).toBe(yaml);

    edited(edited(out, /^(F\/H,F,plc,H),9,/m, '$1,8,'), /^(T\/H,T,plc,H),85,/m, '$1,850,');
    const outside = await alarms('import', file, out);
    expect(outside).toMatchObject({ code: 1, stderr: expect.stringContaining('setpoint') });
    expect(readFileSync(file, 'utf8')).toBe(yaml);
  });

  it('import tells every fault of a file with its line and column', async () => {
    const { file, out } = site();
    await alarms('export', file, out);
    edited(out, /^(T\/H,T,plc,H),90,/m, '$1,ninety,');
    const { code, stderr } = await alarms('import', file, out);
    expect(code).toBe(1);
    expect(stderr).toMatch(/alarms\.csv:3 setpoint: /);
  });
});
