import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { siteDirectory } from '#test/agent/site/played-site.ts';
import { POINTS, serveSite, setUp } from './served-site.ts';

const SECRETS = ['hunter2-broker-password', 'hunter3-platform-token'] as const;

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

describe('secrets of a site', () => {
  it('are in no answer to anybody, not even to its admin', async () => {
    const directory = siteDirectory();
    for (const [index, secret] of SECRETS.entries()) writeFileSync(join(directory, `secret-${index}`), secret);
    const { page, troubles, site } = await serveSite({
      directory,
      yaml: `${POINTS}receivers:
  - { id: broker, transport: { kind: mqtt, url: "mqtt://127.0.0.1:9", username: fw, password: "\${file:secret-0}" } }
  - { id: platform, transport: { kind: https, url: "http://127.0.0.1:9/in", token: "\${file:secret-1}" } }
`,
    });
    const chief = await setUp(page);
    site.play({ T: 95, F: 5 });
    const { paths } = (await (await chief.ask('GET', '/api/openapi.json')).json()) as OpenApi;
    const readable = Object.entries(paths).filter(([, methods]) => Object.hasOwn(methods, 'get'));
    expect(readable.length).toBeGreaterThan(25);
    const said: string[] = [];
    for (const [path] of readable.filter(([one]) => one !== '/api/live')) {
      const filled = path
        .replace('{alarm}', 'T%2FH')
        .replace('{point}', 'T')
        .replaceAll(/\{[^}]+\}/g, 'x');
      const query = '?points=T&point=T&from=0&to=99999999999999&resolution=minute';
      said.push(await (await chief.ask('GET', filled)).text(), await (await chief.ask('GET', filled + query)).text());
    }
    const all = said.join('\n');
    // It looked where the receivers are shown.
    expect(all).toContain('mqtt://127.0.0.1:9');
    for (const secret of SECRETS) expect(all).not.toContain(secret);
    expect(JSON.stringify(site.told)).not.toMatch(/hunter[23]/);
    expect(troubles).toEqual([]);
  });
});
