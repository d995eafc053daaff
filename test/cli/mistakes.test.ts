import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { siteId } from '#agent/model/ids.ts';

const main = fileURLToPath(new URL('../../agent/cli/main.ts', import.meta.url));

interface Ended {
  readonly status: number | null;
  readonly said: string;
}

async function firewatch(...words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(child, 'close');
  return { status: child.exitCode, said };
}

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'firewatch-mistakes-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** A file of this text in the test's directory. */
function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const siteText = (journal: string): string =>
  `site: { id: a, name: a, timezone: UTC }\njournal: { directory: ${journal} }\n`;

describe('a mistake at the commissioning desk', () => {
  const mistakes: readonly [string, () => readonly string[], number, RegExp][] = [
    ['a journal that is nowhere', () => ['journal', 'status', '/nowhere'], 1, /there is no journal\.sqlite; give the/],
    [
      'a site file that is nowhere',
      () => ['journal', 'status', '/nowhere.yaml'],
      1,
      /nowhere\.yaml:1:1 .*check the path/,
    ],
    ['a backup that is nowhere', () => ['journal', 'restore', directory, '/nowhere'], 1, /no such file; name a file/],
    [
      'a backup that is something else',
      () => ['journal', 'restore', directory, file('letter.txt', 'dear sir')],
      1,
      /letter\.txt: .*; name a file that/,
    ],
    [
      'a journal where no directory can be made',
      () => ['run', file('unmakeable.yaml', siteText('/dev/null/data'))],
      1,
      /open journal \/dev\/null\/data: .*must be on a disk that can be written/,
    ],
    [
      'a journal whose directory is a file',
      () => ['run', file('a-file.yaml', siteText(file('data', '')))],
      1,
      /open journal .*data: .*must be on a disk that can be written/,
    ],
    ['an unknown scenario', () => ['demo', '--scenario', 'nope'], 2, /no scenario nope; there are .*steady/],
    [
      'a scenario file that is nowhere',
      () => ['simulate', '--scenario', '/nowhere.yaml'],
      2,
      /nowhere\.yaml.*no such file/,
    ],
    [
      'a scenario file that is no YAML',
      () => ['simulate', '--scenario', file('broken.yaml', 'a: [1')],
      2,
      /broken\.yaml: .*line 1/s,
    ],
  ];

  it.each(mistakes)('%s is explained in words, without a stack', async (_what, words, status, text) => {
    const ended = await firewatch(...words());
    expect(ended.said).toMatch(text);
    expect(ended.said).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(ended.status).toBe(status);
  });

  it('a second agent on one journal is refused with the process that holds it', async () => {
    const data = join(directory, 'held');
    const limits = { maxAgeMs: 1e9, maxBytes: 1e9, sampleCommitMs: 100 };
    const journal = openJournal({ directory: data, site: siteId('a'), clock: systemClock, ...limits });
    const ended = await firewatch('run', file('second.yaml', siteText(data)));
    journal.close();
    expect(ended.said).toContain(`process ${process.pid}`);
    expect(ended.said).toMatch(/stop that agent/);
    expect(ended.said).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(ended.status).toBe(1);
  });

  it('a port that is taken is named, with what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (const option of ['--modbus-port', '--opcua-port', '--port']) {
      const ports = { '--modbus-port': '0', '--opcua-port': '0', '--port': '0', [option]: String(port) };
      const ended = await firewatch('simulate', ...Object.entries(ports).flat());
      expect(ended.said).toContain(`${port}`);
      expect(ended.said).toMatch(/in use.*choose ports with/i);
      expect(ended.said).not.toMatch(/^\s+at .*:\d+:\d+/m);
      expect(ended.status).toBe(2);
    }
    server.close();
  });
});
