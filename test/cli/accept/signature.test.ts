import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownBoxKey, readBoxKey } from '#agent/cli/accept/box-key.ts';
import type { BoxKey } from '#agent/cli/accept/box-key.ts';
import { withSignature } from '#agent/cli/accept/signature.ts';
import { verifyReport } from '#agent/cli/accept/verify-report.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firewatch-signature-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function keyOf(algorithm: string): BoxKey {
  const file = join(folder, `${algorithm}.pem`);
  execFileSync('openssl', ['genpkey', '-algorithm', algorithm, '-out', file], { stdio: 'ignore' });
  return readBoxKey(file);
}

function fileOf(text: string): string {
  const file = join(folder, 'report.html');
  writeFileSync(file, text);
  return file;
}

describe.each(['ED25519', 'SM2'])('a report signed by an %s key', (algorithm) => {
  it('is found unchanged, and signed by that key', () => {
    const key = keyOf(algorithm);
    const file = fileOf(withSignature('<html>合格</html>\n', key));
    writeFileSync(join(folder, 'open.pem'), key.open);
    expect(verifyReport(file, join(folder, 'open.pem'))).toMatchObject({ ok: true });
  });

  it('is refused when one character differs', () => {
    const signed = withSignature('<html>不合格</html>\n', keyOf(algorithm));
    expect(verifyReport(fileOf(signed.replace('不', '')))).toMatchObject({ ok: false });
  });

  it('is refused when another key is expected', () => {
    const file = fileOf(withSignature('x\n', keyOf(algorithm)));
    writeFileSync(join(folder, 'other.pem'), keyOf('ED25519').open);
    expect(verifyReport(file, join(folder, 'other.pem'))).toMatchObject({ ok: false });
  });
});

describe('the key of the box', () => {
  it('is made once, and nobody else may read it', () => {
    const first = ownBoxKey(join(folder, 'data'));
    expect(ownBoxKey(join(folder, 'data'))).toEqual(first);
    expect(statSync(join(folder, 'data', 'box-key.pem')).mode & 0o077).toBe(0);
  });

  it('is refused in words when it is of another kind', () => {
    const file = join(folder, 'rsa.pem');
    execFileSync('openssl', ['genrsa', '-out', file, '2048'], { stdio: 'ignore' });
    expect(() => readBoxKey(file)).toThrow(/SM2/);
  });
});

describe('a file without a signature', () => {
  it('is no report', () => {
    expect(verifyReport(fileOf('<html></html>'))).toMatchObject({ ok: false });
  });
});
