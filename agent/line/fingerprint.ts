import { hash } from 'node:crypto';

/**
 * A short text that is the same for what is configured the same: thousands of points are megabytes when written out, and
 * it is kept. Numbers beyond JSON (registers of 64 bits) and maps are written
 * out; a secret is its reference, so that one that is renewed behind it changes nothing.
 */
export const fingerprint = (value: unknown): string => hash('sha256', writtenOut(value), 'base64');

const writtenOut = (value: unknown): string =>
  JSON.stringify(value, function plain(this: Readonly<Record<string, unknown>>, key, shown: unknown) {
    const one = this[key];
    if (typeof one === 'bigint') return `${one}n`;
    if (one instanceof Map || one instanceof Set) return [...one];
    return isSecret(one) ? one.reference : shown;
  }) ?? 'absent';

const isSecret = (value: unknown): value is { readonly reference: string } =>
  typeof value === 'object' && value !== null && 'reveal' in value && 'reference' in value;
