import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, scriptOf } from './guide-script.ts';
import { bareBox, makeRelease, makeReleaseKey, roomyFolder } from './release.ts';
import type { BareBox } from './release.ts';

let directory: string;
let release: string;
let box: BareBox;

beforeAll(() => {
  directory = mkdtempSync(join(roomyFolder(), 'firewatch-guides-'));
  release = makeRelease(directory, makeReleaseKey(directory).secret);
  box = bareBox(directory, ['bash', 'grep', 'mosquitto', 'mosquitto_sub', 'mosquitto_pub']);
  // A box whose clock is held, as the guide asks for: what this machine says of its own must not matter.
  writeFileSync(join(directory, 'tools', 'chronyc'), '#!/bin/sh\necho "Leap status     : Normal"\n', { mode: 0o755 });
}, 180_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }), 120_000);

const PORTS_OF_GUIDE = [48_400, 15_020, 18_088, 18_830];

async function freePorts(): Promise<ReadonlyMap<number, number>> {
  const servers = PORTS_OF_GUIDE.map(() => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const free = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return new Map(PORTS_OF_GUIDE.map((port, index) => [port, free[index] ?? port]));
}

const guide = (name: string): string => join(release, 'config', 'guides', name);

/** Runs the guides one after another in the folder of a newcomer, on a box that has the unpacked archive and nothing else. */
async function follow(names: readonly string[]): Promise<{ readonly status: number | null; readonly text: string }> {
  const blocks = names.flatMap((name) => blocksOf(guide(name)));
  const file = join(directory, 'newcomer.sh');
  writeFileSync(file, scriptOf(blocks, await freePorts()));
  const path = `PATH=${join(release, 'bin')}:${join(directory, 'tools')}`;
  const child = spawn('unshare', box.wrapped('env', [path, 'bash', file]), { cwd: directory, stdio: 'pipe' });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, text };
}

describe('a newcomer with the archive and the guides', () => {
  it('reaches an accepted site of two sources, and finds out what operators and receivers ask', async () => {
    const { status, text } = await follow(['integrators.md', 'operators.md', 'receivers.md']);
    expect(text).toContain('ACCEPTED 验收合格');
    expect(text).toContain('2 of 2 points good');
    expect({ status, end: text.split('\n').slice(-12) }).toMatchObject({ status: 0 });
    const practice = join(directory, 'practice');
    expect(readFileSync(join(practice, 'handover', 'report.html'), 'utf8')).toContain('验收合格');
    expect(readFileSync(join(practice, 'found.csv'), 'utf8')).toContain('TI-1101');
    expect(readFileSync(join(practice, 'messages.txt'), 'utf8')).toContain('"site":"practice"');
    expect(statSync(join(practice, 'records.sqlite')).size).toBeGreaterThan(0);
  }, 900_000);

  it.each(['integrators', 'operators', 'receivers'])('reads the same commands in Chinese: %s', (name) => {
    const english = blocksOf(guide(`${name}.md`));
    expect(english.length).toBeGreaterThan(0);
    expect(blocksOf(guide(`${name}.zh-CN.md`))).toEqual(english);
  });
});
