const FIRST_MS = 60_000;
const LONGEST_MS = 15 * 60_000;

/**
 * How long to wait after so many refused logins. Fewer than five tries fall into any quarter of an hour: that many lock
 * an account by common policy, and a locked account also locks out the person who would put it right.
 */
export const loginPauseMs = (refused: number): number =>
  Math.min(FIRST_MS * 2 ** Math.min(refused - 1, 10), LONGEST_MS);
