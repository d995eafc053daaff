import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export const CLIENT_ID = 'firewatch';
export const CLIENT_SECRET = 'hunter4-of-the-client';

/** Signed as it says, unless a fault is asked for. */
type Fault = 'none' | 'other-key' | 'other-nonce' | 'other-audience' | 'expired';

interface Granted {
  readonly challenge: string;
  readonly nonce: string;
  readonly redirectUri: string;
}

export interface IdentityProvider {
  readonly issuer: string;
  /** Who is signed in there, as claims. */
  user: Readonly<Record<string, unknown>>;
  fault: Fault;
}

/** A provider of OpenID Connect that knows one person and asks nothing: discovery, keys, codes with PKCE, tokens. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const others = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map<string, Granted>();
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: IdentityProvider = { issuer, user: { sub: '1' }, fault: 'none' };

  const json = (response: ServerResponse, body: object, status = 200): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', issuer);
    const asked = url.searchParams;
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(response, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        });
      case '/keys':
        return json(response, {
          keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }],
        });
      case '/authorize': {
        if (asked.get('client_id') !== CLIENT_ID || asked.get('code_challenge_method') !== 'S256')
          return json(response, { error: 'invalid_request' }, 400);
        const code = randomBytes(16).toString('hex');
        const redirectUri = asked.get('redirect_uri') ?? '';
        codes.set(code, { challenge: asked.get('code_challenge') ?? '', nonce: asked.get('nonce') ?? '', redirectUri });
        const back = new URL(redirectUri);
        back.searchParams.set('code', code);
        back.searchParams.set('state', asked.get('state') ?? '');
        return void response.writeHead(303, { location: back.href }).end();
      }
      case '/token': {
        const form = new URLSearchParams(await text(request));
        const basic = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64');
        const isClient =
          request.headers.authorization === `Basic ${basic}` || form.get('client_secret') === CLIENT_SECRET;
        const granted = codes.get(form.get('code') ?? '');
        codes.delete(form.get('code') ?? '');
        const challenge = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        if (!isClient || granted?.challenge !== challenge || granted.redirectUri !== form.get('redirect_uri'))
          return json(response, { error: isClient ? 'invalid_grant' : 'invalid_client' }, 400);
        return json(response, { access_token: 'none', token_type: 'Bearer', id_token: idToken(granted.nonce) });
      }
      default:
        return json(response, {}, 404);
    }
  }

  function idToken(nonce: string): string {
    const { user, fault } = provider;
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      aud: fault === 'other-audience' ? 'another' : CLIENT_ID,
      iat: fault === 'expired' ? now - 7200 : now,
      exp: fault === 'expired' ? now - 3600 : now + 300,
      nonce: fault === 'other-nonce' ? 'another' : nonce,
      ...user,
    };
    const signed = [{ alg: 'RS256', kid: 'one', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const key = (fault === 'other-key' ? others : keys).privateKey;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
  }

  return provider;
}
