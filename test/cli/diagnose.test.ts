import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { unpacked } from '#test/agent/observe/diagnostics/unpacked.ts';
import { setUp, visitorWithRole } from '#test/agent/web/served-site.ts';
import { siteFolder } from '#test/config/site-folder.ts';

const main = fileURLToPath(new URL('../../agent/cli/main.ts', import.meta.url));

/** Planted wherever a site has a place for one, and where it has none. */
const planted = {
  file: 'hunter-file/"1"\\x',
  env: 'hunter-env=2',
  envPassword: 'hunter-of-the-source',
  comment: 'hunter-in-a-comment',
  url: 'hunter-in-a-url',
  unrelated: 'hunter-of-another-program',
  key: '-----BEGIN PRIVATE KEY-----\nhunterhunterhunterhunterhunter01\nhunterhunterhunterhunterhunter02\n-----END PRIVATE KEY-----',
  stray: 'fw_0123456789ab_hunterhunterhunterhunterhunter01',
};
const env = {
  ...process.env,
  PARK_TOKEN: planted.env,
  PLC_PASSWORD: planted.envPassword,
  UNRELATED: planted.unrelated,
};

const site = `site: { id: demo }
page: { port: 0 }
include: [ parts/receivers.yaml ]
# password: ${planted.comment}
# ${planted.stray}
sources:
  - { id: plc, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: 1 } }
  - { id: dcs, kind: opcua, endpoint: "opc.tcp://127.0.0.1:1", security: { mode: None }, user: { name: fw, password: "\${env:PLC_PASSWORD}" } }
points:
  - { id: R.t, source: plc, address: "holding:0 uint16", kind: temperature, unit: °C }
  - { id: D.t, source: dcs, address: "nsu=urn:x;s=T", kind: temperature, unit: °C }
`;
const receivers = `receivers:
  - { id: park, transport: { kind: mqtt, url: "mqtt://127.0.0.1:9", username: fw, password: "\${file:../secrets/password}" } }
  - { id: city, transport: { kind: https, url: "http://127.0.0.1:9/in", token: "\${env:PARK_TOKEN}" } }
# was: https://fw:${planted.url}@park.example
`;

const forms = Object.values(planted).flatMap((secret) => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ...secret.split('\n').filter((line) => line.includes('hunter')),
]);

function expectNoSecret(files: Readonly<Record<string, string>>): void {
  const all = Object.entries(files).flat().join('\n');
  expect(all).toContain('[secret]');
  for (const form of forms) expect(all).not.toContain(form);
  expect(all).not.toMatch(/hunter/i);
}

function folder() {
  const root = siteFolder({
    'site.yaml': site,
    'parts/receivers.yaml': receivers,
    'secrets/password': planted.file,
    'secrets/key.pem': planted.key,
  });
  return { root, path: join(root, 'site.yaml') };
}

function diagnose(path: string, file: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'diagnose', path, file, '--json'], {
    encoding: 'utf8',
    env,
  });
  return { status, said: `${stdout}${stderr}`, files: () => unpacked(readFileSync(file)) };
}

describe('a diagnostics bundle of a running agent', () => {
  it('says what is wrong, by command and by page, and gives no secret away', { timeout: 300_000 }, async () => {
    const { root, path } = folder();
    const child = spawn(process.execPath, [main, 'run', path, '--json', '--drain', '100ms'], { env });
    onTestFinished(() => void child.kill('SIGKILL'));
    let [out, log] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += String(chunk)));
    child.stderr.on('data', (chunk: Buffer) => (log += String(chunk)));
    const ready = () => /"page":"([^"]+)","setupCode":"([^"]+)"/.exec(out);
    await expect.poll(() => out + log, { timeout: 60_000 }).toMatch(/"setupCode":/);
    const [, url = '', code = ''] = ready() ?? [];
    await expect.poll(() => log, { timeout: 60_000 }).toContain('receiver park is waiting');
    expect(log).toContain(code);

    const file = join(root, 'bundle.zip');
    const { status, said, files } = diagnose(path, file);
    expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining(file) });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const byCommand = files();
    expect(byCommand).toMatchObject({
      'versions.json': expect.stringContaining('"firewatch"'),
      'machine.json': expect.stringMatching(/"disks"[^]*"freeBytes"[^]*"clock"[^]*"timezone"/),
      'health.json': expect.stringContaining('"isReady"'),
      'metrics.txt': expect.stringContaining('firewatch_source_up{source="plc",kind="modbus"} 0'),
      'configuration/site.yaml': expect.stringContaining('password: "${env:PLC_PASSWORD}"'),
      'configuration/parts/receivers.yaml': expect.stringContaining('"${file:../secrets/password}"'),
      'configuration/check.txt': expect.stringContaining('site demo'),
      'journal/status.json': expect.stringContaining('"streams"'),
      'log.jsonl': expect.stringContaining('receiver park is waiting'),
    });
    expectNoSecret(byCommand);
    expect(Object.values(byCommand).join('\n')).not.toContain(code);

    const chief = await setUp({ url, setupCode: () => code });
    const engineer = await visitorWithRole({ url }, chief, 'engineer');
    const response = await engineer.ask('GET', '/api/diagnostics');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="firewatch-diagnostics-\w+\.zip"$/,
    );
    const byPage = unpacked(new Uint8Array(await response.arrayBuffer()));
    expect(byPage).toMatchObject({
      'figures.json': expect.stringContaining('"id": "plc"'),
      'health.json': expect.stringContaining('receiver'),
      'configuration/site.yaml': expect.stringContaining('id: plc'),
      'configuration/status.json': expect.stringContaining('"settled"'),
      'log.jsonl': expect.stringContaining('receiver city is waiting'),
    });
    expectNoSecret(byPage);
    const audit = await (await chief.ask('GET', '/api/audit')).text();
    expect(audit).toContain('page.diagnostics');
  });
});

describe('a diagnostics bundle without an agent', () => {
  it('is made from a site file with faults too, and refuses to write over a file', { timeout: 300_000 }, () => {
    const { root, path } = folder();
    const broken = siteFolder({ 'site.yaml': `${site}nonsense: true\nreceivers: hunter\npassword: hunter-literal\n` });
    const file = join(root, 'bundle.zip');
    const { status, files } = diagnose(join(broken, 'site.yaml'), file);
    expect(status).toBe(0);
    expect(files()).toMatchObject({
      'configuration/check.txt': expect.stringContaining('unknown key "nonsense"'),
      'configuration/site.yaml': expect.stringContaining('password: [secret]'),
      'health.json': expect.stringContaining('no agent runs'),
      'metrics.txt': 'not available: no agent runs here that serves a page\n',
      'journal/status.json': expect.stringContaining('not available: '),
      'log.jsonl': '',
    });
    expect(JSON.stringify(files())).not.toContain('hunter-literal');
    expect(diagnose(path, file)).toMatchObject({ status: 1, said: expect.stringContaining('EEXIST') });
  });
});
