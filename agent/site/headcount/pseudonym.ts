import { createHmac } from 'node:crypto';

/** What a person is called wherever the name must not be known: the same on this site always, of no use elsewhere. */
export const pseudonymOf = (person: string, key: string): string =>
  createHmac('sha256', key).update(person).digest('base64url').slice(0, 16);
