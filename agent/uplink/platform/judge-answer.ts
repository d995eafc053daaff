import type { MappingProfile, Reading } from '#agent/model/mapping-profile.ts';

/** An answer of a platform over HTTP, the body parsed where it is JSON. */
export interface PlatformAnswer {
  readonly status: number;
  readonly body: unknown;
}

export type Judgement =
  /** It took the request and says of each record whether it has it. */
  | {
      readonly type: 'answered';
      readonly isAccepted: boolean;
      /** Reasons by id. */
      readonly rejected: ReadonlyMap<string, string>;
      readonly batch?: string;
    }
  /** It can take nothing now; whatever was sent is sent again. */
  | { readonly type: 'unavailable'; readonly reason: string; readonly isMisunderstood?: true };

/** Of the request as such: the same again will not do either. */
const requestFaults: ReadonlySet<number> = new Set([400, 413, 415, 422]);
const todos = new Map<number, string>([
  [401, '; check the token, login or signature under transport'],
  [403, "; check the platform's access rights for this company"],
  [404, '; check transport.url and the names of messages in the profile'],
]);

/** What an answer means. What is not understood is never taken for an acceptance. */
export function judgeAnswer({ status, body }: PlatformAnswer, { answer }: Pick<MappingProfile, 'answer'>): Judgement {
  const isFault = requestFaults.has(status);
  if ((status < 200 || status >= 300) && !isFault)
    return { type: 'unavailable', reason: `the platform answered ${status}${todos.get(status) ?? ''}` };
  try {
    const context = { status, body };
    const rejected = reasonsOf(answer.rejected, context);
    const accepted = isFault ? false : answer.accepted.of(context);
    const batch = answer.batch?.of(context);
    if (typeof accepted !== 'boolean') return misunderstood(answer.accepted, body);
    return {
      type: 'answered',
      isAccepted: accepted,
      rejected,
      ...(typeof batch === 'string' && batch !== '' && { batch }),
    };
  } catch (error) {
    const reason = `the answer is not understood: ${error instanceof Error ? error.message : ''}`;
    return { type: 'unavailable', reason, isMisunderstood: true };
  }
}

const misunderstood = ({ text }: Reading, body: unknown): Judgement => ({
  type: 'unavailable',
  reason: `the answer ${JSON.stringify(body ?? null).slice(0, 120)} is not understood: ${text} is neither true nor false`,
  isMisunderstood: true,
});

/** A list of `{id, reason}`. */
export function reasonsOf(list: Reading, context: unknown): ReadonlyMap<string, string> {
  const told = list.of(context);
  const reasons = new Map<string, string>();
  for (const one of Array.isArray(told) ? told : []) {
    if (typeof one !== 'object' || one === null) continue;
    const { id, reason } = one as { readonly id?: unknown; readonly reason?: unknown };
    if (typeof id === 'string' || typeof id === 'number')
      reasons.set(String(id), typeof reason === 'string' && reason !== '' ? reason.slice(0, 500) : 'no reason given');
  }
  return reasons;
}
