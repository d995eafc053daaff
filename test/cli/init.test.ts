import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openQuestions } from '#agent/cli/init/ask.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { configOf, siteFolder } from '#test/config/site-folder.ts';
import { growTree, treeUri } from '#test/drivers/opcua/plant-tree.ts';
import { startTestServer } from '#test/drivers/opcua/test-server.ts';

const main = fileURLToPath(new URL('../../agent/cli/main.ts', import.meta.url));

async function init(...words: readonly string[]) {
  const child = spawn(process.execPath, [main, 'init', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += String(chunk)));
  const [status] = (await once(child, 'close')) as [number];
  return { status, said };
}

const configIn = (file: string) => configOf(loadSite(file, { kinds: drivers, env: {} }));

describe('firewatch init', { timeout: 300_000 }, () => {
  it('writes a site file with what the devices say of themselves, which is good at once', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => startTestServer({ uris: ['urn:other', treeUri], tags: [] })));
    for (const server of [one, two]) {
      if (!server) throw new Error('no server');
      onTestFinished(server.stop);
      growTree(server, { areas: 1, tagsPerArea: 3 });
    }
    const file = join(siteFolder({}), 'site.yaml');
    const options = [
      '--opcua',
      one?.endpoint ?? '',
      '--opcua',
      two?.endpoint ?? '',
      '--modbus',
      'tcp://192.0.2.20:502',
    ];
    const site = ['--id', 'north', '--name', '北厂区', '--receiver', 'mqtts://broker.example:8883'];
    const { status, said } = await init(file, ...site, ...options);
    expect({ status, said }).toEqual({ status: 0, said: expect.stringMatching(/3 sources, \d+ points, 1 receivers/) });
    const config = configIn(file);
    expect(config.site).toEqual({ id: 'north', name: '北厂区', timezone: 'Asia/Shanghai' });
    expect(config.sources.map(({ id, kind }) => `${id} ${kind}`)).toEqual(['dcs-1 opcua', 'dcs-2 opcua', 'plc modbus']);
    const ids = config.points.map(({ id }) => id as string);
    expect(ids).toEqual(expect.arrayContaining(['Area1.A1-T0001', 'dcs-2.Area1.A1-T0001']));
    expect(config.receivers.map(({ transport }) => transport.url)).toEqual(['mqtts://broker.example:8883']);
    expect(config.page).toMatchObject({ host: '127.0.0.1' });
    const text = readFileSync(file, 'utf8');
    expect(text).toContain("# never change it again: it is part of every record's identity");
    expect(text).toContain('firewatch probe modbus tcp://192.0.2.20:502');
  });

  it('leaves a remark where a server does not answer', async () => {
    const file = join(siteFolder({}), 'site.yaml');
    expect(await init(file, '--yes', '--opcua', 'opc.tcp://127.0.0.1:1')).toMatchObject({ status: 0 });
    expect(configIn(file).points).toEqual([]);
    expect(readFileSync(file, 'utf8')).toMatch(/# not browsed: .*127\.0\.0\.1:1/);
  });

  it('is good with nothing known yet, and never writes over a file', async () => {
    const file = join(siteFolder({}), 'site.yaml');
    expect(await init(file)).toMatchObject({ status: 0 });
    expect(configIn(file).site.id).toBe('site');
    expect(await init(file)).toMatchObject({ status: 1, said: expect.stringContaining('is there already') });
  });

  it('writes nothing where what was given makes no site', async () => {
    const folder = siteFolder({});
    const { status, said } = await init(join(folder, 'site.yaml'), '--id', 'no id!', '--timezone', 'Asia/Shangai');
    expect(status).toBe(1);
    expect(said).toMatch(/site\.id[^]*did you mean "Asia\/Shanghai"/);
    expect(() => readFileSync(join(folder, 'site.yaml'))).toThrow('ENOENT');
  });
});

describe('questions at a terminal', () => {
  it('take what is typed, or what stands beside the question', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const questions = openQuestions(input, output);
    const answers = ['north', '', 'opc.tcp://a:1', 'opc.tcp://b:2', '', 'yes', ''];
    output.on('data', (asked: Buffer) => {
      if (/[\]:] $/.test(String(asked))) input.write(`${answers.shift() ?? ''}\n`);
    });
    expect(await questions.text('Site id', 'site')).toBe('north');
    expect(await questions.text('Name', 'north')).toBe('north');
    expect(await questions.list('Server (Enter: none):')).toEqual(['opc.tcp://a:1', 'opc.tcp://b:2']);
    expect(await questions.yes('Cameras?')).toBe(true);
    expect(await questions.yes('Cameras?')).toBe(false);
    questions.close();
  });

  it('end with the input', async () => {
    const input = new PassThrough();
    const questions = openQuestions(input, new PassThrough());
    const asked = questions.text('Site id', 'site');
    input.end();
    await expect(asked).rejects.toThrow('nothing was written');
  });
});
