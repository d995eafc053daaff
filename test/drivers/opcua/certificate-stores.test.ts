import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { afterEach, expect, test } from 'vitest';
import { offering, trusting } from './security/secure-server.ts';
import { createScene, pointsOf } from './scene.ts';
import { double } from './test-server.ts';

const scene = createScene();
afterEach(scene.end);

/** Stores of certificates in this folder that the library keeps, with their private keys, until somebody disposes of them. */
function storesKept(stateDir: string): number {
  try {
    OPCUACertificateManager.checkAllDisposed();
    return 0;
  } catch (error) {
    return String(error).split(stateDir).length - 1;
  }
}

test.each(['None', 'SignAndEncrypt'] as const)(
  'a connection of mode %s that was cut leaves no store of certificates behind',
  async (mode) => {
    const server = await scene.serve({ T: double(1) }, offering(['None', 'SignAndEncrypt']));
    const stateDir = trusting(server);
    const run = await scene.watch(server, pointsOf(['T']), { security: { mode } }, stateDir);
    for (let cuts = 1; cuts <= 3; cuts += 1) {
      await run.until(() => run.samples('T').length >= cuts, 'a value');
      expect(storesKept(stateDir)).toBeGreaterThan(0);
      run.again();
    }
    run.stop();
    await expect.poll(() => storesKept(stateDir), { timeout: 20_000 }).toBe(0);
  },
);
