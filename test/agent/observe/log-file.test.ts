import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openLogFile, readLogFiles } from '#agent/observe/log-file.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'firewatch-log-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
});

const line = (n: number): string => `{"line":${String(n).padStart(3, '0')}}\n`;

describe('the log on disk', () => {
  it('is readable by its owner alone, and goes on where the run before ended', () => {
    openLogFile(join(directory, 'data')).write(line(1));
    openLogFile(join(directory, 'data')).write(line(2));
    expect(readLogFiles(join(directory, 'data'))).toBe(line(1) + line(2));
    expect(statSync(join(directory, 'data', 'log.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('keeps the newest lines in two files of bounded size', () => {
    const file = openLogFile(directory, 100);
    for (let n = 0; n < 50; n++) file.write(line(n));
    const kept = readLogFiles(directory);
    expect(kept).toMatch(/^(\{"line":\d+\}\n)+$/);
    expect(kept.endsWith(line(48) + line(49))).toBe(true);
    const sizes = readdirSync(directory).map((name) => statSync(join(directory, name)).size);
    expect(sizes).toHaveLength(2);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(100);
  });

  it('keeps to its bound in Chinese, and leaves out a line that no file could hold', () => {
    const file = openLogFile(directory, 100);
    for (let n = 0; n < 10; n++) file.write(`{"msg":"反应釜温度高高报警 ${n}"}\n`);
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).size).toBeLessThanOrEqual(100);
    file.write(`${'x'.repeat(200)}\n`);
    file.write(line(1));
    expect(
      readLogFiles(directory).endsWith(`{"level":"warn","msg":"a line of 201 bytes is left out here"}\n${line(1)}`),
    ).toBe(true);
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).size).toBeLessThanOrEqual(100);
  });

  it('says how many lines a disk refused, once it takes them again', () => {
    const blocked = join(directory, 'data');
    writeFileSync(blocked, 'no directory');
    const file = openLogFile(blocked);
    file.write(line(1));
    file.write(line(2));
    rmSync(blocked);
    mkdirSync(blocked);
    file.write(line(3));
    expect(readLogFiles(blocked)).toBe(`{"level":"warn","msg":"the disk refused 2 lines here"}\n${line(3)}`);
  });

  it('is empty where nothing was kept', () => {
    expect(readLogFiles(join(directory, 'nowhere'))).toBe('');
  });
});
