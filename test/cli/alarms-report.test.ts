import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import { startSite } from '#agent/site.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';
import { configOf, siteFolder } from '#test/config/site-folder.ts';

const main = join(import.meta.dirname, '../../agent/cli/main.ts');
const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, [main, 'alarms', 'report', ...args]).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );

it('firewatch alarms report prints the month of a journal, or says why it can not', async () => {
  // Nobody answers at this port.
  const yaml =
    'site: { id: demo }\nsources:\n  - { id: plc, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: 1 } }\n' +
    'points:\n  - { id: T, source: plc, address: "holding:0 uint16", kind: temperature, unit: °C }\n';
  const directory = siteFolder({ 'site.yaml': yaml });
  const file = join(directory, 'site.yaml');
  const config = configOf(loadSite(file, { kinds: drivers, env: {} }));
  const site = startSite({ config, drivers, clock: systemClock, tell: () => {} });
  await until(() => site.alarms().some(({ state }) => state === 'unacknowledged'));
  await site.stop(0);
  const out = join(directory, 'report.html');
  const month = new Date().toISOString().slice(0, 7);
  expect(await run(file, out, '--month', month)).toMatchObject({ code: 0, stdout: `${out}: alarms of ${month}\n` });
  expect(readFileSync(out, 'utf8')).toContain('报警管理月报');
  const { stdout } = await run(file, '--month', month, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ positions: [{ figures: { annunciated: 1 } }] });
  expect(await run(file, '--month', '2026-13')).toMatchObject({ code: 2, stderr: expect.stringContaining('no month') });
}, 180_000);
