import type { SiteId } from '#agent/model/ids.ts';
import type { Message, Profile } from '../profiles/profile.ts';
import { makeEncrypt } from './encrypt.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { NextKey, Revealed, SealOptions } from '#agent/model/receiver.ts';
import { SealError } from './seal-error.ts';
import { makeSign } from './sign.ts';

/** What encryption adds at most: a block of padding or a tag. */
const OVERHEAD_BYTES = 32;

/**
 * A profile whose messages are encrypted and signed. What was done stands in headers beside the payload; the signature
 * covers site, topic, kind, encoding and encryption of the message as well as its bytes. A next key is used from its time
 * on; what is retained at the broker changes with the next connection.
 *
 * @throws SealError when a key does not fit
 */
export function sealed(
  profile: Profile,
  { site, clock }: { readonly site: SiteId; readonly clock: Pick<Clock, 'now'> },
  options: SealOptions,
): Profile {
  const seal = makeSeal(site, clock, options);
  const { answer, evidence } = profile;
  return {
    encode: (step, lane, { wanted, allowed }) =>
      profile.encode(step, lane, { wanted, allowed: allowed - OVERHEAD_BYTES }).map(seal),
    presence: (state) => seal(profile.presence(state)),
    ...(answer && { answer: (told) => seal(answer(told)) }),
    ...(evidence && { evidence: (part) => seal(evidence(part)) }),
    introductions: profile.introductions.map(seal),
  };
}

function makeSeal(
  site: SiteId,
  clock: Pick<Clock, 'now'>,
  { encrypt, sign }: SealOptions,
): (message: Message) => Message {
  if (encrypt?.algorithm === 'SM4-CBC' && !sign) {
    throw new SealError('seal with SM4-CBC: it does not protect against changes; sign as well, or use SM4-GCM');
  }
  const encryption = encrypt && inTurn(encrypt, (key) => makeEncrypt({ ...encrypt, key }));
  const signature = sign && inTurn(sign, (key) => makeSign({ ...sign, key }));

  return (message) => {
    const now = clock.now();
    let sealedMessage = message;
    if (encrypt && encryption) {
      const { keyId, use } = encryption(now);
      const headers = { encryption: encrypt.algorithm, 'encryption-key': keyId };
      const { iv, payload } = use(message.payload, contextOf(site, { ...message, headers }));
      sealedMessage = { ...message, payload, headers: { ...headers, iv: iv.toString('base64') } };
    }
    if (sign && signature) {
      const { keyId, use } = signature(now);
      const headers = { ...sealedMessage.headers, 'signature-algorithm': sign.algorithm, 'signature-key': keyId };
      const signed = use([contextOf(site, { ...sealedMessage, headers }), sealedMessage.payload]);
      sealedMessage = { ...sealedMessage, headers: { ...headers, signature: signed.toString('base64') } };
    }
    return sealedMessage;
  };
}

interface Keyed {
  readonly keyId: string;
  readonly key: Revealed;
  readonly next?: NextKey;
}

/** Both keys are tried at once: that the next one does not fit must not come out on its first day. */
function inTurn<Use>({ keyId, key, next }: Keyed, make: (key: Revealed) => Use) {
  const first = { keyId, use: make(key) };
  const second = next && { keyId: next.keyId, use: make(next.key) };
  return (now: number): { readonly keyId: string; readonly use: Use } =>
    second && next && now >= next.from ? second : first;
}

const HEADERS = ['encryption', 'encryption-key', 'iv', 'signature-algorithm', 'signature-key'] as const;

/** All that is said about a payload, one line each, in a fixed order; a line that does not apply is empty. */
function contextOf(site: SiteId, { topic, contentType, schema, isSimulated, encoding, headers = {} }: Message): Buffer {
  const lines = [
    'firewatch-seal/1',
    `${site}/${topic}`,
    contentType,
    schema,
    String(isSimulated),
    encoding ?? '',
    ...HEADERS.map((name) => headers[name] ?? ''),
  ];
  return Buffer.from(`${lines.join('\n')}\n`);
}
