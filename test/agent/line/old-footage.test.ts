import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { removeOldFootage } from '#agent/line/old-footage.ts';

it('film of a camera that films no more goes by the age of personal data, and nothing else of its source', () => {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-footage-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  expect(removeOldFootage(directory, 2_000_000, 3_000_000)).toEqual([]);
  const source = join(directory, 'sources', 'cam-east');
  mkdirSync(join(source, 'footage'), { recursive: true });
  mkdirSync(join(directory, 'sources', 'dcs'));
  const write = (name: string, seconds: number): void => {
    writeFileSync(join(source, name), 'x');
    utimesSync(join(source, name), seconds, seconds);
  };
  write('login.json', 1000);
  write('footage/piece-0.ts', 1000);
  write('footage/piece-1.ts', 1999);
  write('footage/piece-2.ts', 2000);
  expect(removeOldFootage(directory, 2_000_000, 3_000_000)).toMatchObject([
    { kind: 'people.expired', time: 3_000_000, detail: { camera: 'cam-east', files: 2 } },
  ]);
  expect(readdirSync(join(source, 'footage'))).toEqual(['piece-2.ts']);
  expect(readdirSync(source)).toContain('login.json');
});
