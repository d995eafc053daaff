import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** A password as it is kept: never the password. Plain JSON. */
export interface PasswordHash {
  readonly salt: string;
  readonly hash: string;
}

/** 32 MiB and about 100 ms on an industrial PC for each guess. RFC 7914 */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 } as const;
const HASH_BYTES = 32;

export const SHORTEST_PASSWORD = 10;

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16);
  return { salt: salt.toString('base64'), hash: (await derive(password, salt)).toString('base64') };
}

export async function isPassword(password: string, { salt, hash }: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64')), Buffer.from(hash, 'base64'));
}

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, HASH_BYTES, COST, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
