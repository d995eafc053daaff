import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { holdSecret } from '#config/secret.ts';
import { SourceError } from '#drivers/driver.ts';
import { loginPauseMs } from '#drivers/opcua/login-pause.ts';
import { createScene, pointsOf } from '../scene.ts';
import { double } from '../test-server.ts';
import { certificateManager, issueCertificate, offering, sessionsOf, trusting } from './secure-server.ts';

const scene = createScene();
afterEach(scene.end);

const secret = (text: string) => holdSecret('${env:TEST}', () => text);

const seen: { user: string; password: string }[] = [];
const withUsers = (modes?: Parameters<typeof offering>[0], allowAnonymous = false) =>
  offering(modes, {
    allowAnonymous,
    userManager: {
      isValidUser(user: string, password: string) {
        seen.push({ user, password });
        return user === 'firewatch' && password === '密码 1';
      },
    },
  });

test.each(['None', 'Sign', 'SignAndEncrypt'] as const)('a user name opens the session over %s', async (mode) => {
  const server = await scene.serve({ T: double(1) }, withUsers(['None', 'Sign', 'SignAndEncrypt']));
  const options = { security: { mode }, user: { name: 'firewatch', password: secret('密码 1') } };
  const run = await scene.watch(server, pointsOf(['T']), options, trusting(server));
  await run.until(() => run.samples('T').length > 0, 'a value');
  expect(sessionsOf(server)).toMatchObject([{ mode, user: 'UserNameIdentityToken' }]);
  expect(run.events('opcua.password-exposed'), 'told where nothing proves the server').toHaveLength(
    mode === 'None' ? 1 : 0,
  );
});

test('a wrong password is told as a refused login, without the password, and is not tried again for a minute', async () => {
  const server = await scene.serve({ T: double(1) }, withUsers());
  seen.length = 0;
  const options = {
    security: { mode: 'SignAndEncrypt' },
    user: { name: 'firewatch', password: secret('wrong') },
  };
  const run = await scene.watch(server, pointsOf(['T']), options, trusting(server));
  const error = await run.failed;
  expect(error).toBeInstanceOf(SourceError);
  expect(error.message).toContain(`${server.endpoint}: the server refused the login of user firewatch`);
  expect(error.message).not.toContain('wrong');
  expect((error as SourceError).retryAfterMs).toBeGreaterThanOrEqual(60_000);
  expect(seen).toHaveLength(1);
  expect(run.samples()).toEqual([]);
});

test('a wrong password is shown to one server of a redundant pair alone', async () => {
  const servers = [
    await scene.serve({ T: double(1) }, withUsers()),
    await scene.serve({ T: double(1) }, withUsers()),
  ] as const;
  seen.length = 0;
  const options = {
    security: { mode: 'SignAndEncrypt' },
    user: { name: 'firewatch', password: secret('wrong') },
    redundant: [servers[1].endpoint],
  };
  const run = await scene.watch(servers[0], pointsOf(['T']), options, trusting(...servers));
  expect(((await run.failed) as SourceError).retryAfterMs).toBeGreaterThanOrEqual(60_000);
  expect(seen).toHaveLength(1);
});

test('nobody is anonymous to a server that wants a name, and the message says so', async () => {
  const server = await scene.serve({ T: double(1) }, withUsers());
  const run = await scene.watch(server, pointsOf(['T']), { security: { mode: 'SignAndEncrypt' } }, trusting(server));
  const { message } = await run.failed;
  expect(message).toContain(
    'the server does not take an anonymous user; it takes: name and password, X.509 certificate; set user',
  );
  expect(run.samples()).toEqual([]);
});

test('an X.509 user opens the session with his certificate', async () => {
  const userCertificateManager = await certificateManager(true);
  const server = await scene.serve(
    { T: double(1) },
    offering(['Sign', 'SignAndEncrypt'], { allowAnonymous: false, userCertificateManager }),
  );
  const { certificateFile, privateKeyFile } = await issueCertificate(await certificateManager(true), {
    applicationUri: 'urn:person',
  });
  const user = {
    certificate: secret(readFileSync(certificateFile, 'utf8')),
    key: secret(readFileSync(privateKeyFile, 'utf8')),
  };
  const run = await scene.watch(
    server,
    pointsOf(['T']),
    { security: { mode: 'SignAndEncrypt' }, user },
    trusting(server),
  );
  await run.until(() => run.samples('T').length > 0, 'a value');
  expect(sessionsOf(server)).toMatchObject([{ mode: 'SignAndEncrypt', user: 'X509IdentityToken' }]);
});

test('an X.509 user whom the server does not trust is told as a refused login', async () => {
  const userCertificateManager = await certificateManager(false);
  const server = await scene.serve(
    { T: double(1) },
    offering(['Sign', 'SignAndEncrypt'], { allowAnonymous: false, userCertificateManager }),
  );
  const issued = await issueCertificate(await certificateManager(true), { applicationUri: 'urn:person' });
  const user = {
    certificate: secret(readFileSync(issued.certificateFile, 'utf8')),
    key: secret(readFileSync(issued.privateKeyFile, 'utf8')),
  };
  const options = { security: { mode: 'SignAndEncrypt' }, user };
  const run = await scene.watch(server, pointsOf(['T']), options, trusting(server));
  const error = await run.failed;
  expect(error.message).toContain('the server refused the login of the user with the configured certificate');
  expect((error as SourceError).retryAfterMs).toBeGreaterThanOrEqual(60_000);
});

test('refused logins stay below five in any quarter of an hour, however long they go on', () => {
  const tries = [0];
  for (let refused = 1; refused < 40; refused += 1) tries.push((tries.at(-1) ?? 0) + loginPauseMs(refused));
  for (const from of tries) expect(tries.filter((at) => at >= from && at < from + 15 * 60_000).length).toBeLessThan(5);
});
