import { afterEach, expect, test } from 'vitest';
import { createScene, pointsOf } from '../scene.ts';
import { double } from '../test-server.ts';
import { offering, sessionsOf, trusting } from './secure-server.ts';

const scene = createScene();
afterEach(scene.end);

test.each([
  { offered: ['None'], mode: 'Sign' },
  { offered: ['None'], mode: 'SignAndEncrypt' },
  { offered: ['None', 'Sign'], mode: 'SignAndEncrypt' },
  { offered: ['Sign', 'SignAndEncrypt'], mode: 'None' },
] as const)('a server that offers $offered alone is refused where $mode is configured', async ({ offered, mode }) => {
  const server = await scene.serve({ T: double(1) }, offering(offered));
  const run = await scene.watch(server, pointsOf(['T']), { security: { mode } }, trusting(server));
  const { message } = await run.failed;
  expect(message).toContain(`does not offer ${mode} with ${mode === 'None' ? 'None' : 'Basic256Sha256'}`);
  for (const each of offered) expect(message).toMatch(new RegExp(`it offers: .*${each}`));
  expect(run.samples()).toEqual([]);
  expect(server.server.engine.cumulatedSessionCount, 'no session was asked for').toBe(0);
});

test('a server that offers another policy alone is refused, with what it offers', async () => {
  const server = await scene.serve({ T: double(1) }, offering(['SignAndEncrypt']));
  const run = await scene.watch(
    server,
    pointsOf(['T']),
    { security: { mode: 'Sign', policy: 'Aes256_Sha256_RsaPss' } },
    trusting(server),
  );
  expect((await run.failed).message).toContain(
    'does not offer Sign with Aes256_Sha256_RsaPss, and nothing else is ever used instead; it offers: SignAndEncrypt Basic256Sha256',
  );
  expect(sessionsOf(server)).toEqual([]);
});

test('a server that takes its security back is refused at the next connection', async () => {
  const before = await scene.serve({ T: double(1) }, offering());
  const stateDir = trusting(before);
  const security = { mode: 'SignAndEncrypt' };
  const first = await scene.watch(before, pointsOf(['T']), { security }, stateDir);
  await first.until(() => first.samples('T').length > 0, 'a value');
  await before.stop();
  await first.failed;
  const after = await scene.serve({ T: double(2) }, { ...offering(['None']), port: before.port });
  const second = await scene.watch(after, pointsOf(['T']), { security }, stateDir);
  expect((await second.failed).message).toContain('does not offer SignAndEncrypt');
  expect(second.samples()).toEqual([]);
});
