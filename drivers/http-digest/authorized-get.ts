import { answerChallenge, readChallenge, type Credentials } from './digest.ts';
import { exchange, type ExchangeAnswer, type ExchangeRequest } from './exchange.ts';

/** The device refused the login, or asks for one that is not given. */
export class GetRefused extends Error {
  override readonly name = 'GetRefused';
  /** Credentials were sent and not taken: devices count that. */
  readonly isCounted: boolean;

  constructor(message: string, isCounted: boolean) {
    super(message);
    this.isCounted = isCounted;
  }
}

/** A GET with digest login where the device asks for it; a password never travels in the clear. */
export async function authorizedGet(
  asked: Omit<ExchangeRequest, 'method' | 'body'>,
  credentials: Credentials | undefined,
): Promise<ExchangeAnswer> {
  const { host, path } = asked;
  const open = await exchange({ ...asked, method: 'GET' });
  if (open.status !== 401) return open;
  const authorization = authorizationFor(open.challenges, credentials, { host, path });
  const answer = await exchange({ ...asked, method: 'GET', headers: { ...asked.headers, authorization } });
  if (answer.status === 401 || answer.status === 403)
    throw new GetRefused(`${host} refuses user ${credentials?.user ?? ''} for ${path}`, true);
  return answer;
}

/** The `Authorization` of a GET for these challenges. Throws GetRefused when there is none that we give. */
export function authorizationFor(
  challenges: readonly string[],
  credentials: Credentials | undefined,
  { host, path }: { readonly host: string; readonly path: string },
): string {
  const challenge = readChallenge(challenges);
  if (!credentials) throw new GetRefused(`${host} wants a user for ${path}, and none is configured`, false);
  if (challenge?.scheme !== 'digest')
    throw new GetRefused(`${host} wants the password in the clear (Basic) for ${path}; it is not sent`, false);
  return answerChallenge(challenge, credentials, { method: 'GET', uri: path, count: 1 });
}
