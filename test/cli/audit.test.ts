import Database from 'better-sqlite3';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { journalFile } from '#agent/journal/store.ts';
import { siteDirectory, startPlayedSite } from '#test/agent/site/played-site.ts';

const main = fileURLToPath(new URL('../../agent/cli/main.ts', import.meta.url));

let directory: string;
let journal: string;
beforeEach(async () => {
  directory = siteDirectory();
  journal = join(directory, 'data');
  const site = startPlayedSite(
    directory,
    'points:\n  - { id: T, source: plant, address: t, kind: temperature, unit: °C, range: { low: 0, high: 200 } }\n',
  );
  for (const [who, action] of [
    ['Li', 'page.sign-in'],
    ['Wang', 'acknowledge'],
    ['Li', 'page.sign-out'],
  ] as const)
    site.audit({ time: Date.UTC(2026, 2, 1), who, action, what: 'T/H', detail: { ip: '127.0.0.1' } });
  await site.stop(0);
});

const audit = (...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'audit', ...words], { encoding: 'utf8' });
  return { status, stdout, stderr };
};

/** As somebody would who has the disk. */
const change = (statement: string): void => {
  const database = new Database(journalFile(journal));
  database.exec(statement);
  database.close();
};

describe('firewatch audit', { timeout: 300_000 }, () => {
  it('lists who did what, by account and by action', () => {
    const all = audit('list', journal);
    expect(all).toMatchObject({ status: 0, stderr: '' });
    expect(all.stdout.trim().split('\n')).toEqual([
      '2026-03-01T00:00:00.000Z  Li  page.sign-in  T/H  ip="127.0.0.1"',
      '2026-03-01T00:00:00.000Z  Wang  acknowledge  T/H  ip="127.0.0.1"',
      '2026-03-01T00:00:00.000Z  Li  page.sign-out  T/H  ip="127.0.0.1"',
    ]);
    const one = audit('list', journal, '--who', 'li', '--action', 'page.', '--last', '1', '--json');
    expect(JSON.parse(one.stdout)).toMatchObject({ seq: 3, who: 'Li', action: 'page.sign-out' });
    expect(audit('list', journal, '--who', 'Zhao')).toMatchObject({ status: 1, stdout: '' });
  });

  it('proves against an export that nothing was changed since, and finds what was', () => {
    for (const kept of ['audit.jsonl', 'audit.csv'].map((name) => join(directory, name))) {
      expect(audit('export', journal, kept)).toMatchObject({ status: 0, stdout: expect.stringContaining('3 entries') });
      expect(audit('verify', journal, '--against', kept)).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/3 kept links compared; other in the journal: none\nsound/),
      });
    }
    const [first = '', ...others] = readFileSync(join(directory, 'audit.jsonl'), 'utf8').split('\n');
    const forged = join(directory, 'forged.jsonl');
    writeFileSync(forged, [first.replace(/"chain":"..../, '"chain":"0000'), ...others].join('\n'));
    expect(audit('verify', journal, '--against', forged)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('other in the journal: 1'),
    });
    writeFileSync(forged, 'nonsense');
    expect(audit('verify', journal, '--against', forged)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('holds no entry'),
    });
  });

  it('says that it is not sound once somebody changed an entry by other means', () => {
    change("UPDATE record SET body = replace(body, 'Wang', 'Zhao')");
    const { status, stdout } = audit('verify', journal, '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ isSound: false });
  });

  it('is refused where the file to write has another ending', () => {
    expect(audit('export', journal, join(directory, 'audit.txt'))).toMatchObject({ status: 2 });
  });
});
