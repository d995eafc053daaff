import { afterAll, beforeAll, expect, test } from 'vitest';
import { createScene, pointsOf } from '../scene.ts';
import { double } from '../test-server.ts';
import type { TestServer } from '../test-server.ts';
import { offering, sessionsOf, trusting } from './secure-server.ts';

const scene = createScene();
afterAll(scene.end);

let server: TestServer;
let stateDir: string;
beforeAll(async () => {
  const secure = offering(['None', 'Sign', 'SignAndEncrypt']);
  server = await scene.serve({ T: double(1) }, secure);
  stateDir = trusting(server);
});

const secured = ['Sign', 'SignAndEncrypt'].flatMap((mode) =>
  ['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'].map((policy) => ({ mode, policy })),
);

test.each([{ mode: 'None', policy: 'None' }, ...secured])(
  'values flow over $mode with $policy, and the server sees exactly that',
  async ({ mode, policy }) => {
    const run = await scene.watch(server, pointsOf(['T']), { security: { mode, policy } }, stateDir);
    await run.until(() => run.samples('T').length > 0, 'a value');
    expect(sessionsOf(server)).toMatchObject([{ mode, policy, user: 'AnonymousIdentityToken' }]);
    const next = Math.random();
    server.set('T', double(next));
    await run.until(() => run.samples('T').at(-1)?.value === next, 'a change');
    run.stop();
    await expect.poll(() => sessionsOf(server)).toEqual([]);
  },
);

test('a mode without a policy means Basic256Sha256', async () => {
  const run = await scene.watch(server, pointsOf(['T']), { security: { mode: 'SignAndEncrypt' } }, stateDir);
  await run.until(() => run.samples('T').length > 0, 'a value');
  expect(sessionsOf(server)).toMatchObject([{ mode: 'SignAndEncrypt', policy: 'Basic256Sha256' }]);
  run.stop();
});
