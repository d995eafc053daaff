/** A seal that can't be made: a key of the wrong kind or length. Says which, never the key. */
export class SealError extends Error {
  override readonly name = 'SealError';
}
