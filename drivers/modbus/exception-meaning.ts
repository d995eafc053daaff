import { bad, type Quality } from '#agent/model/quality.ts';

/**
 * What to do when a device answers with an exception.
 *
 * - `wait`: it works or is busy (05, 06); ask the same again a little later
 * - `silent`: the gateway speaks for a unit that it cannot reach (0A, 0B); that unit alone is silent
 * - `smaller`: it may be too much at once (03); ask for less
 * - `find`: something in the request is refused (02, 04 and others); find out what
 * - `never`: it does not know the function (01)
 */
export type Meaning = 'wait' | 'silent' | 'smaller' | 'find' | 'never';

const meanings: Readonly<Record<number, Meaning>> = {
  1: 'never',
  3: 'smaller',
  5: 'wait',
  6: 'wait',
  10: 'silent',
  11: 'silent',
};

export const meaningOf = (code: number): Meaning => meanings[code] ?? 'find';

/** Stands for "no reply" where an exception code is kept. No device sends it. */
export const MUTE = 0;

export function qualityOf(code: number): Quality {
  if (code === MUTE) return bad('comm-lost');
  if (code === 1 || code === 3) return bad('not-supported', code);
  if (code === 2) return bad('no-such-address', code);
  return meaningOf(code) === 'find' ? bad('device-fault', code) : bad('comm-lost', code);
}
