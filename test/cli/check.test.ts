import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkSite } from '#agent/cli/check.ts';
import { drivers } from '#drivers/registry.ts';

const root = join(import.meta.dirname, '../..');
const minimal = join(root, 'config/sites/minimal/site.yaml');
const broken = join(root, 'test/config/fixtures/broken/many-at-once/site.yaml');
const env = { PARK_PASSWORD: 'correct-horse' };

/** The command as a user runs it. */
const firewatch = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(root, 'agent/cli/main.ts'), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
  }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  );

describe('firewatch check', () => {
  it('tells what it found in a good site', () => {
    const { text, isGood } = checkSite(minimal, { kinds: drivers, isJson: false, env });
    expect(isGood).toBe(true);
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^sources +2 {2}dcs \(opcua, 1 point\), plc \(modbus, 4 points\)$/),
      expect.stringMatching(/^points +5 {2}2 temperature/),
      expect.stringMatching(/^alarms +14 {2}2 communication/),
      expect.stringMatching(/^receivers +1 {2}park/),
      `${minimal}: good: site minimal "最小示例" from 2 files`,
    ]);
  });

  it('tells every error and their number, and ends with 1', async () => {
    const { code, stdout } = await firewatch('check', broken);
    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(1);
    expect(lines.filter((line) => /^\S+site\.yaml:\d+:\d+ \S+: .+; .+; .+$/.test(line)).length).toBeGreaterThanOrEqual(
      7,
    );
    expect(lines.at(-1)).toBe(`${broken}: 7 errors in 1 file, 1 warning`);
  });

  it('ends with 0 on a good site and with 2 on wrong use', async () => {
    expect(await firewatch('check', minimal)).toMatchObject({ code: 0 });
    expect(await firewatch('check')).toMatchObject({ code: 2, stdout: '' });
    expect(await firewatch('check', minimal, '--jsno')).toMatchObject({ code: 2 });
  });

  it('prints one object for scripts', async () => {
    const good: unknown = JSON.parse((await firewatch('check', '--json', minimal)).stdout);
    expect(good).toMatchObject({
      ok: true,
      site: { id: 'minimal' },
      sources: 2,
      points: 5,
      receivers: 1,
      warnings: [],
    });
    const { code, stdout } = await firewatch('check', '--json', broken);
    const bad = JSON.parse(stdout) as { errors: object[] };
    expect(code).toBe(1);
    expect(bad).toMatchObject({ ok: false, errorCount: 7 });
    expect(bad.errors[0]).toMatchObject({
      file: broken,
      line: 1,
      column: 19,
      path: 'site.nmae',
      todo: 'did you mean "name"?',
    });
  });
});
