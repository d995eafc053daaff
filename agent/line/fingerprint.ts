/**
 * A text that is the same for what is configured the same. Numbers beyond JSON (registers of 64 bits) and maps are written
 * out; a secret is its reference, so that one that is renewed behind it changes nothing.
 */
export const fingerprint = (value: unknown): string =>
  JSON.stringify(value, function plain(this: Readonly<Record<string, unknown>>, key, shown: unknown) {
    const one = this[key];
    if (typeof one === 'bigint') return `${one}n`;
    if (one instanceof Map || one instanceof Set) return [...one];
    return isSecret(one) ? one.reference : shown;
  });

const isSecret = (value: unknown): value is { readonly reference: string } =>
  typeof value === 'object' && value !== null && 'reveal' in value && 'reference' in value;
