import { describe, expect, it } from 'vitest';
import { configOf, head, loadText } from './site-folder.ts';

const page = (oidc: string): string => `${head}page: { oidc: ${oidc} }\n`;
const env = { CLIENT: 'hunter2' };

describe('a provider of identities', () => {
  it('is read with its secret held, and gives roles by groups', () => {
    const text = page(
      '{ issuer: "https://id.example.org/site", clientId: firewatch, clientSecret: "${env:CLIENT}", pageUrl: "https://box:8080", roles: { engineer: [instrumentation], admin: [it] } }',
    );
    const { page: options } = configOf(loadText(text, { env }));
    expect(JSON.stringify(options)).not.toContain('hunter2');
    expect(options?.oidc?.clientSecret?.reveal()).toBe('hunter2');
    expect(options?.oidc).toMatchObject({
      issuer: 'https://id.example.org/site',
      pageUrl: 'https://box:8080',
      scope: 'openid profile email',
      claim: 'groups',
      roles: { engineer: ['instrumentation'], admin: ['it'] },
    });
  });

  it.each([
    ['without TLS, beyond this box', 'issuer: "http://id.example.org"', 'issuer'],
    ['with a login in its address', 'issuer: "https://user:secret@id.example.org"', 'issuer'],
    ['that does not end where the page begins', 'pageUrl: "https://box:8080/path"', 'pageUrl'],
    ['that is not asked who somebody is', 'scope: profile', 'scope'],
    ['with a secret that is written down', 'clientSecret: hunter2', 'clientSecret'],
  ])('is refused %s', (_what, wrong, key) => {
    const parts = ['issuer: "https://id.example.org"', 'clientId: a', 'pageUrl: "https://box:8080"', 'roles: {}'];
    const others = parts.filter((part) => !part.startsWith(`${key}:`));
    const loaded = loadText(page(`{ ${[...others, wrong].join(', ')} }`), { env });
    const paths = loaded.ok ? [] : loaded.errors.map(({ path }) => path);
    expect(paths).toEqual([`page.oidc.${key}`]);
  });
});
