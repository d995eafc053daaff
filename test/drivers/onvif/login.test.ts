import { describe, expect, it } from 'vitest';
import { account, rig } from './camera-rig.ts';

const few = ['health:reachable', 'health:login', 'health:snapshot', 'event:motion'];

describe('the login of a camera', { timeout: 180_000 }, () => {
  it.each(['none', 'token', 'digest'] as const)('by %s costs not a single refusal', async (auth) => {
    const { camera, open, shown, until } = await rig({ auth }, few);
    open();
    await until('everything', () => shown('health:snapshot') === true && shown('event:motion') === false);
    expect(camera.login.refused).toBe(0);
  });

  it.each(['token', 'digest'] as const)(
    'by %s is tried twice with a wrong password, not more after losses and restarts, and at once with another one',
    async (auth) => {
      const made = await rig({ auth }, few);
      const { camera, open, shown, until } = made;
      made.password = 'wrong';
      for (let life = 0; life < 3; life++) {
        const source = open();
        await until('refused', () => shown('health:login') === 'refused');
        const atFirst = source.signals.length;
        await until('more questions', () => source.signals.length > atFirst + 6);
      }
      expect(camera.login.refused).toBe(2);
      expect(camera.operations.get('snapshot')).toBeUndefined();
      expect(shown('health:reachable')).toBe(true);
      expect(shown('event:motion')).toBe('bad: server:NotAuthorized');
      made.password = account.password;
      await until('the right one', () => shown('health:login') === 'ok' && shown('event:motion') === false);
      expect(camera.login.refused).toBe(2);
    },
  );

  it('survives a jump of the camera’s clock, by which tokens are judged', async () => {
    const { camera, open, shown, until } = await rig({ auth: 'token' }, few);
    const source = open({ interval: '1m' });
    await until('a camera in order', () => shown('event:motion') === false);
    await camera.fault({ kind: 'clock-jump', offsetMs: -86_400_000 });
    camera.show('motion', true);
    await until('motion', () => shown('event:motion') === true);
    expect(camera.login.refused).toBeLessThanOrEqual(2);
    expect(source.end).toBeUndefined();
  });

  it('never says the password, neither in what it tells nor in reasons', async () => {
    const made = await rig({ auth: 'digest' }, few);
    const source = made.open();
    await made.until('a camera in order', () => made.shown('health:snapshot') === true);
    await made.camera.fault({ kind: 'gone' });
    await made.until('the end', () => source.end !== undefined);
    const said = JSON.stringify(source.signals) + String((source.end as { error: Error }).error);
    expect(said).toContain('snapshot?');
    expect(said).not.toContain('tr1cky');
  });
});
