import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerChallenge, readChallenge } from '#drivers/http-digest/digest.ts';
import { LoginGate, LOGIN_PAUSE_MS } from '#drivers/http-digest/login-gate.ts';

const mufasa = { user: 'Mufasa', password: 'Circle of Life' };
const field = (header: string, name: string): string => new RegExp(`${name}="?([^",]+)`).exec(header)?.[1] ?? '';

describe('a challenge', () => {
  it('is read from any of several headers, the strongest first', () => {
    const found = readChallenge([
      'Basic realm="cam"',
      'Digest qop="auth", realm="cam", nonce="n1", stale="FALSE"',
      'Digest qop="auth,auth-int", realm="cam, north", nonce="n2", algorithm="SHA-256"',
    ]);
    expect(found).toMatchObject({ algorithm: 'SHA-256', nonce: 'n2', realm: 'cam, north', hasQop: true });
  });

  it('is read where a device puts two into one header', () => {
    expect(readChallenge(['Basic realm="a", Digest realm="a", nonce="n"'])).toMatchObject({
      scheme: 'digest',
      nonce: 'n',
    });
  });

  it.each([
    [''],
    ['Digest'],
    ['Negotiate'],
    ['Digest nonce="a", algorithm=MD4'],
    [`Digest nonce="${'x'.repeat(5000)}"`],
  ])('that cannot be answered is none: %.30s', (header) => expect(readChallenge([header])).toBeUndefined());

  it('is answered as RFC 2617 and 7616 compute it', () => {
    const challenge = readChallenge([
      'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    ]);
    if (!challenge) throw new Error('no challenge');
    const header = answerChallenge(challenge, mufasa, { method: 'GET', uri: '/dir/index.html', count: 1 });
    const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
    const expected = sha(
      `${sha('Mufasa:http-auth@example.org:Circle of Life')}:${challenge.nonce}:00000001:${field(header, 'cnonce')}:auth:${sha('GET:/dir/index.html')}`,
    );
    expect(field(header, 'response')).toBe(expected);
    expect(header).toContain('qop=auth, nc=00000001');
  });
});

describe('refused logins', () => {
  let dir = '';
  let now = 1_700_000_000_000;
  const clock = { now: () => now, monotonic: () => now };
  const gate = (): LoginGate => new LoginGate(dir, 'camera', clock);

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'firewatch-gate-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('stop after two for half an hour, through a restart', () => {
    gate().refused(mufasa);
    expect(gate().waitMs(mufasa)).toBe(0);
    gate().refused(mufasa);
    expect(gate().waitMs(mufasa)).toBe(LOGIN_PAUSE_MS);
    now += LOGIN_PAUSE_MS;
    expect(gate().waitMs(mufasa)).toBe(0);
    gate().refused(mufasa);
    expect(gate().waitMs(mufasa)).toBe(LOGIN_PAUSE_MS);
  });

  it('are forgotten when the credentials change or one is accepted', () => {
    for (let n = 0; n < 2; n++) gate().refused(mufasa);
    expect(gate().waitMs({ ...mufasa, password: 'other' })).toBe(0);
    gate().accepted();
    expect(gate().waitMs(mufasa)).toBe(0);
  });

  it('are remembered without the credentials', () => {
    gate().refused(mufasa);
    const text = readdirSync(dir)
      .map((file) => readFileSync(join(dir, file), 'utf8'))
      .join('');
    expect(text).toContain('"refusals":1');
    expect(text).not.toMatch(/Mufasa|Circle/);
  });
});
