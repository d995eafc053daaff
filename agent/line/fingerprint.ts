/**
 * A text that is the same for what is configured the same. Numbers beyond JSON (registers of 64 bits) and maps are written
 * out; a secret is its reference, so that one that is renewed behind it changes nothing.
 */
export const fingerprint = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) => {
    if (typeof one === 'bigint') return `${one}n`;
    if (one instanceof Map) return [...one];
    if (one instanceof Set) return [...one];
    return one;
  });
