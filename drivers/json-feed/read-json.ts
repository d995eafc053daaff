/** More digits than a number of JavaScript holds. */
const LONG_NUMBER = /\d{16}/;

/**
 * Parses JSON. Whole numbers beyond 2^53 become text of their digits, so that an id of 64 bits stays what it was. Throws
 * SyntaxError, and RangeError for nesting without end.
 */
export function readJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const isExact = typeof value !== 'number' || Number.isSafeInteger(value) || !/^-?\d+$/.test(context?.source ?? '');
    return isExact ? value : context?.source;
  });
}
