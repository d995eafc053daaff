import { createHash, randomBytes } from 'node:crypto';

/** What a device asks for in `WWW-Authenticate`. */
export interface Challenge {
  readonly scheme: 'digest' | 'basic';
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string;
  readonly algorithm: 'MD5' | 'SHA-256';
  /** The algorithm as the device wrote it; absent where it named none. */
  readonly named?: string;
  /** The device takes `qop=auth`. */
  readonly hasQop: boolean;
  /** The nonce was too old and the password right: ask again, this is no refusal. */
  readonly isStale: boolean;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const LONGEST_HEADER = 4096;

/**
 * The best challenge of all `WWW-Authenticate` values (RFC 7616): SHA-256 before MD5 before Basic. Undefined when none can
 * be answered. A device may send several headers, or several challenges in one.
 */
export function readChallenge(headers: readonly string[]): Challenge | undefined {
  const found = headers
    .filter((header) => header.length <= LONGEST_HEADER)
    .flatMap(splitChallenges)
    .flatMap((text) => oneChallenge(text) ?? []);
  const worth = (challenge: Challenge): number =>
    challenge.scheme === 'basic' ? 0 : challenge.algorithm === 'MD5' ? 1 : 2;
  return found.toSorted((a, b) => worth(b) - worth(a))[0];
}

const splitChallenges = (header: string): string[] => header.split(/,\s*(?=(?:Digest|Basic)\s)/i);

function oneChallenge(text: string): Challenge | undefined {
  const [, word = '', rest = ''] = /^\s*(digest|basic)\b(.*)$/is.exec(text) ?? [];
  if (!word) return undefined;
  const fields = new Map<string, string>();
  for (const [, key = '', quoted, bare] of rest.matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/gi))
    fields.set(key.toLowerCase(), quoted ?? bare ?? '');
  const realm = fields.get('realm') ?? '';
  if (word.toLowerCase() === 'basic')
    return { scheme: 'basic', realm, nonce: '', algorithm: 'MD5', hasQop: false, isStale: false };
  const nonce = fields.get('nonce');
  const named = fields.get('algorithm');
  const algorithm = (named ?? 'MD5').toUpperCase();
  const qops = fields
    .get('qop')
    ?.split(',')
    .map((one) => one.trim().toLowerCase());
  if (nonce === undefined || (algorithm !== 'MD5' && algorithm !== 'SHA-256')) return undefined;
  if (qops && !qops.includes('auth')) return undefined;
  const opaque = fields.get('opaque');
  return {
    scheme: 'digest',
    realm,
    nonce,
    algorithm,
    hasQop: qops !== undefined,
    isStale: fields.get('stale')?.toLowerCase() === 'true',
    ...(named !== undefined && { named }),
    ...(opaque !== undefined && { opaque }),
  };
}

export interface Asking {
  readonly method: string;
  /** Path and query, as in the request line; for RTSP the whole address. */
  readonly uri: string;
  /** How often this nonce was answered, from 1. */
  readonly count: number;
}

/** The value of `Authorization` for one request. */
export function answerChallenge(challenge: Challenge, { user, password }: Credentials, asking: Asking): string {
  if (challenge.scheme === 'basic') return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const hash = (text: string): string =>
    createHash(challenge.algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const secret = hash(`${user}:${challenge.realm}:${password}`);
  const what = hash(`${asking.method}:${asking.uri}`);
  const count = asking.count.toString(16).padStart(8, '0');
  const own = randomBytes(8).toString('hex');
  const response = challenge.hasQop
    ? hash(`${secret}:${challenge.nonce}:${count}:${own}:auth:${what}`)
    : hash(`${secret}:${challenge.nonce}:${what}`);
  const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  return [
    `Digest username=${quoted(user)}`,
    `realm=${quoted(challenge.realm)}`,
    `nonce=${quoted(challenge.nonce)}`,
    `uri=${quoted(asking.uri)}`,
    ...(challenge.named === undefined ? [] : [`algorithm=${challenge.named}`]),
    ...(challenge.hasQop ? ['qop=auth', `nc=${count}`, `cnonce="${own}"`] : []),
    ...(challenge.opaque === undefined ? [] : [`opaque=${quoted(challenge.opaque)}`]),
    `response="${response}"`,
  ].join(', ');
}
