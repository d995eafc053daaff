import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { siteFolder } from '#test/config/site-folder.ts';

const main = fileURLToPath(new URL('../../agent/cli/main.ts', import.meta.url));
const SECRET = 'hunter2-broker-password';

const site = `site: { id: demo }
page: { port: 0, tls: own }
sources:
  - { id: plc, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: 1 } }
points:
  - { id: R.t, source: plc, address: "holding:0 uint16", kind: temperature, unit: °C }
receivers:
  - { id: park, transport: { kind: mqtt, url: "mqtt://127.0.0.1:9", username: fw, password: "\${file:password}" } }
`;

it("serves the page by the box's own certificate, whose fingerprint the log shows, and logs no secret", async () => {
  const root = siteFolder({ 'site.yaml': site, password: SECRET });
  const child = spawn(process.execPath, [main, 'run', join(root, 'site.yaml'), '--json', '--drain', '100ms']);
  onTestFinished(() => void child.kill('SIGKILL'));
  let [out, log] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (log += String(chunk)));
  await expect.poll(() => /"page":"(https:[^"]+)"/.exec(out)?.[1], { timeout: 20_000 }).toBeDefined();
  const url = /"page":"(https:[^"]+)"/.exec(out)?.[1] ?? '';
  const ca = readFileSync(join(root, 'data', 'page-certificate.pem'), 'utf8');
  const fingerprint = await new Promise<string>((resolve, reject) => {
    get(`${url}/health/live`, { ca, agent: false }, (response) => {
      response.resume();
      resolve((response.socket as TLSSocket).getPeerCertificate().fingerprint256);
    }).on('error', reject);
  });
  // Once the receiver was tried there was a password to be told.
  await expect.poll(() => log + out, { timeout: 20_000 }).toContain('receiver park is waiting');
  expect(log + out).toContain(fingerprint);
  expect(log + out).not.toContain(SECRET);
});
