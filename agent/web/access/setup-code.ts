import { randomInt, timingSafeEqual } from 'node:crypto';

/** Without letters that are read wrongly. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** `ABCD-EFGH-JKMN`: shown once on the console of the box, so that only who stands there makes the first account. */
export const newSetupCode = (): string =>
  Array.from({ length: 3 }, () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')).join(
    '-',
  );

/** Case, blanks and dashes do not matter. */
export function isSetupCode(text: string, code: string): boolean {
  const [given, own] = [text, code].map((one) => Buffer.from(one.toUpperCase().replaceAll(/[\s-]/g, '')));
  return given !== undefined && own !== undefined && given.length === own.length && timingSafeEqual(given, own);
}
