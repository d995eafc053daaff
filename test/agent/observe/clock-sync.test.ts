import { describe, expect, it } from 'vitest';
import { clockSync } from '#agent/observe/clock-sync.ts';
import type { Ask } from '#agent/observe/clock-sync.ts';

const answers =
  (known: Readonly<Record<string, string>>): Ask =>
  (program) =>
    known[program] === undefined ? Promise.reject(new Error('ENOENT')) : Promise.resolve(known[program]);

const tracking = (leap: string): string =>
  `Reference ID    : C0000201 (192.0.2.1)\nStratum         : 3\nLeap status     : ${leap}\n`;

describe('whether the clock is held to a time server', () => {
  it.each([
    ['chronyd holds it', { chronyc: tracking('Normal') }, 'synchronised'],
    ['chronyd has lost its servers', { chronyc: tracking('Not synchronised') }, 'free-running'],
    ['systemd holds it', { timedatectl: 'yes\n' }, 'synchronised'],
    ['systemd does not', { timedatectl: 'no\n' }, 'free-running'],
    ['nobody can say', {}, 'unknown'],
  ])('is told when %s', async (_, known, state) => {
    expect(await clockSync(answers(known), () => false)).toMatchObject({ state });
  });

  it('is told by the mark of systemd-timesyncd where its command is missing', async () => {
    expect(await clockSync(answers({}), () => true)).toMatchObject({ state: 'synchronised' });
  });
});
