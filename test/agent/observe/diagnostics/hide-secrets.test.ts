import { describe, expect, it } from 'vitest';
import { secretHider } from '#agent/observe/diagnostics/hide-secrets.ts';

const hide = secretHider([]);

describe('a secret that is known', () => {
  const SECRET = 'p/ä"ss\\w^o$r+d&1';
  const hide = secretHider([SECRET, 'p/ä"ss', '']);

  it.each([
    ['as it is', SECRET],
    ['inside JSON', JSON.stringify({ note: SECRET })],
    ['in an address', `https://h/?q=${encodeURIComponent(SECRET)}`],
    ['in Base64', Buffer.from(SECRET).toString('base64')],
    ['in Base64 for addresses', Buffer.from(SECRET).toString('base64url')],
  ])('is hidden %s', (_how, text) => {
    const hidden = hide(`before ${text} after`);
    expect(hidden).toMatch(/^before .*\[secret\].* after$/);
    expect(hidden).not.toMatch(/w\^o|w%5Eo|ss/);
  });

  it('is hidden where one line of it is quoted alone', () => {
    const key = '-----BEGIN X-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nshort\n-----END X-----';
    expect(secretHider([key])('bad line MIIEvQIBADANBgkqhkiG9w0BAQEFAASC!')).toBe('bad line [secret]!');
  });

  it('of three letters hides nothing: it would be found in every other word', () => {
    expect(secretHider(['age'])('the agent and its pages')).toBe('the agent and its pages');
  });
});

describe('what looks like a secret', () => {
  it.each([
    ['password: hunter2', 'password: [secret]'],
    ['  - { user: fw, password: "hunter2 and more", port: 1 }', '  - { user: fw, password: [secret], port: 1 }'],
    ["brokerPassword: 'hunter2'", 'brokerPassword: [secret]'],
    ['# old token = hunter2', '# old token = [secret]'],
    ['password: correct, horse battery # old', 'password: [secret]'],
    ['{"apiKey":"hunter2\\"x","port":1}', '{"apiKey":[secret],"port":1}'],
    ['{"msg":"{\\"token\\":\\"hunter2\\"}"}', '{"msg":"{\\"token\\":[secret]}"}'],
    ['GET /x?token=hunter2&from=0', 'GET /x?token=[secret]&from=0'],
    ['authorization: Bearer hunter2hunter2', 'authorization: [secret]'],
    ['sent Basic Zmlyc3Q6c2Vjb25k', 'sent Basic [secret]'],
    ['password: "hunter2 is cut o', 'password: [secret]'],
    ['mqtt://park:hun@ter2@example.org/x@y', 'mqtt://[secret]@example.org/x@y'],
    ['mqtts://park:hunter2@example.org', 'mqtts://[secret]@example.org'],
    [`fw_0123456789ab_${'x'.repeat(32)}`, '[secret]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', '[secret]'],
    ['enter the setup code ABCD-EFGH-JKMN', 'enter the setup code [secret]'],
    ['{"setupCode":"ABCD-EFGH-JKMN"}', '{"setupCode":"[secret]"}'],
    ['password: |\n    hunter2\n    hunter3\nport: 1', 'password: |\n    [secret]\nport: 1'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nport: 1', '[secret]\nport: 1'],
    ['"-----BEGIN EC PRIVATE KEY-----\\nMIIE\\n-----END EC PRIVATE KEY-----\\n"', '"[secret]\\n"'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE and the file ends', '[secret]'],
  ])('is hidden: %s', (text, hidden) => {
    expect(hide(text)).toBe(hidden);
  });

  it.each([
    'password: "${file:secret-0}"',
    'token: ${env:PARK_TOKEN}',
    'level: 5',
    'passwords are kept elsewhere',
    'nsu=urn:plant;s=TI-1101',
    '{"level":"warn","msg":"receiver park is waiting"}',
  ])('is not %s', (text) => {
    expect(hide(text)).toBe(text);
  });

  it('is searched for in a line of a million letters within a moment', () => {
    for (const text of [
      'password'.repeat(100_000),
      `password:${' '.repeat(500_000)}`,
      'a-'.repeat(500_000),
      'eyJ-'.repeat(20_000),
    ])
      expect(hide(text).length).toBeGreaterThan(0);
  });
});
