import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '#agent/model/clock.ts';
import type { AppSecretOptions, HttpLogin, OAuth2Options } from '#agent/model/receiver.ts';
import type { HttpCall, HttpClient } from './http-client.ts';

/** Says to a platform who we are. */
export interface Login {
  /** Headers for this call. */
  headers(call: Omit<HttpCall, 'headers' | 'timeoutMs'>): Promise<Readonly<Record<string, string>>>;
  /** The platform answered 401. True: another try has a chance. */
  refused(): boolean;
}

interface LoginParts {
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

const NO_LOGIN: Login = { headers: () => Promise.resolve({}), refused: () => false };

export function makeLogin(login: HttpLogin | undefined, parts: LoginParts): Login {
  if (!login) return NO_LOGIN;
  if (login.kind === 'oauth2') return oauth2(login, parts);
  if (login.kind === 'app-secret') return appSecret(login, parts.clock);
  if (login.kind === 'basic') return fixed(() => basic(login.username, login.password.reveal()));
  return fixed(() => `${login.scheme} ${login.token.reveal()}`);
}

const fixed = (text: () => string): Login => ({
  headers: () => Promise.resolve({ authorization: text() }),
  refused: () => false,
});

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** A token is fetched anew when so much of its life is left, or this share of it where it is short. */
const MARGIN_MS = 60_000;
const MARGIN_SHARE = 0.2;
const DEFAULT_LIFE_S = 300;

/** Client credentials of RFC 6749 section 4.4, told as section 2.3.1 says. One token at a time, for all calls. */
function oauth2(options: OAuth2Options, { client, clock, timeoutMs }: LoginParts): Login {
  let token: { readonly text: string; readonly untilMs: number } | undefined;
  let fetching: Promise<string> | undefined;

  const fetchToken = async (): Promise<string> => {
    const { tokenUrl, clientId, clientSecret, scope } = options;
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) });
    const answer = await client.call({
      method: 'POST',
      url: new URL(tokenUrl),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        authorization: basic(encodeURIComponent(clientId), encodeURIComponent(clientSecret.reveal())),
      },
      body: Buffer.from(form.toString()),
      timeoutMs,
    });
    const told = parseToken(answer.text);
    if (answer.status !== 200 || told === undefined)
      throw new Error(
        `${tokenUrl} answered ${answer.status} without a token${oauthFault(answer.text)}; check transport.oauth2`,
      );
    const lifeMs = 1000 * told.lifeS;
    token = { text: told.text, untilMs: clock.monotonic() + lifeMs - Math.min(MARGIN_MS, MARGIN_SHARE * lifeMs) };
    return told.text;
  };

  return {
    async headers() {
      if (token && clock.monotonic() < token.untilMs) return { authorization: `Bearer ${token.text}` };
      fetching ??= fetchToken().finally(() => {
        fetching = undefined;
      });
      return { authorization: `Bearer ${await fetching}` };
    },
    refused() {
      const wasThere = token !== undefined;
      token = undefined;
      return wasThere;
    },
  };
}

function parseToken(text: string): { readonly text: string; readonly lifeS: number } | undefined {
  const told = parseObject(text);
  const { access_token: token, expires_in: life } = told;
  if (typeof token !== 'string' || token === '') return undefined;
  return { text: token, lifeS: typeof life === 'number' && life > 0 ? life : DEFAULT_LIFE_S };
}

/** `error` of RFC 6749 section 5.2: a word of a list, no secret. */
function oauthFault(text: string): string {
  const { error } = parseObject(text);
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? ` (${error})` : '';
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const NONCE_BYTES = 16;

/** Id, time, nonce and a keyed digest over them, method, path and the body's digest, one a line. Each try is signed anew. */
function appSecret(options: AppSecretOptions, clock: Clock): Login {
  const { appId, secret, algorithm, headers } = options;
  const digest = algorithm === 'HMAC-SM3' ? 'sm3' : 'sha256';
  return {
    headers({ method, url, body = Buffer.alloc(0) }) {
      const timestamp = String(clock.now());
      const nonce = randomBytes(NONCE_BYTES).toString('hex');
      const ofBody = createHash(digest).update(body).digest('hex');
      const told = [appId, timestamp, nonce, method, `${url.pathname}${url.search}`, ofBody].join('\n');
      const signature = createHmac(digest, secret.reveal()).update(told).digest('hex');
      return Promise.resolve({
        [headers.id]: appId,
        [headers.timestamp]: timestamp,
        [headers.nonce]: nonce,
        [headers.signature]: signature,
      });
    },
    refused: () => false,
  };
}
