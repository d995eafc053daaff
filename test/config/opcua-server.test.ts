import { describe, expect, it } from 'vitest';
import { configOf, head, loadText } from './site-folder.ts';

const section = (text: string): string => `${head}opcuaServer: { ${text} }\n`;
const errorsOf = (text: string) => {
  const loaded = loadText(text, { env: { PW: 'correct-horse' } });
  return loaded.ok ? [] : loaded.errors.map(({ path, what }) => [path, what]);
};

describe('the section opcuaServer', () => {
  it('is not there by default, and is encrypted and on loopback where it says nothing', () => {
    expect(configOf(loadText(head)).opcuaServer).toBeUndefined();
    expect(configOf(loadText(section(''))).opcuaServer).toEqual({
      host: '127.0.0.1',
      port: 4840,
      security: 'encrypted',
      policies: ['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'],
      users: [],
      maxSessions: 5,
      everyMs: 250,
    });
  });

  it('is refused without security beyond this box', () => {
    expect(errorsOf(section('security: none'))).toEqual([]);
    expect(errorsOf(section('host: 192.0.2.5, security: none'))).toEqual([
      ['opcuaServer.security', 'points are offered at 192.0.2.5 without security'],
    ]);
  });

  it('names a user once', () => {
    const user = '{ name: mes, password: "${env:PW}" }';
    expect(errorsOf(section(`users: [${user}]`))).toEqual([]);
    expect(errorsOf(section(`users: [${user}, ${user}]`))).toEqual([
      ['opcuaServer.users[1].name', 'user "mes" is there twice'],
    ]);
  });
});
