import type { SiteId } from '#agent/model/ids.ts';
import type { Message, Profile } from '../profiles/profile.ts';
import { makeEncrypt } from './encrypt.ts';
import type { SealOptions } from '#agent/model/receiver.ts';
import { SealError } from './seal-error.ts';
import { makeSign } from './sign.ts';

/** What encryption adds at most: a block of padding or a tag. */
const OVERHEAD_BYTES = 32;

/**
 * A profile whose messages are encrypted and signed. What was done stands in headers beside the payload; the signature
 * covers site, topic, kind, encoding and encryption of the message as well as its bytes.
 *
 * @throws SealError when a key does not fit
 */
export function sealed(profile: Profile, site: SiteId, options: SealOptions): Profile {
  const seal = makeSeal(site, options);
  return {
    encode: (step, lane, { wanted, allowed }) =>
      profile.encode(step, lane, { wanted, allowed: allowed - OVERHEAD_BYTES }).map(seal),
    presence: (state) => seal(profile.presence(state)),
    introductions: profile.introductions.map(seal),
  };
}

function makeSeal(site: SiteId, { encrypt, sign }: SealOptions): (message: Message) => Message {
  if (encrypt?.algorithm === 'SM4-CBC' && !sign) {
    throw new SealError('seal with SM4-CBC: it does not protect against changes; sign as well, or use SM4-GCM');
  }
  const encryptPayload = encrypt && makeEncrypt(encrypt);
  const signPieces = sign && makeSign(sign);

  return (message) => {
    let sealedMessage = message;
    if (encrypt && encryptPayload) {
      const headers = { encryption: encrypt.algorithm, 'encryption-key': encrypt.keyId };
      const { iv, payload } = encryptPayload(message.payload, contextOf(site, { ...message, headers }));
      sealedMessage = { ...message, payload, headers: { ...headers, iv: iv.toString('base64') } };
    }
    if (sign && signPieces) {
      const headers = { ...sealedMessage.headers, 'signature-algorithm': sign.algorithm, 'signature-key': sign.keyId };
      const signature = signPieces([contextOf(site, { ...sealedMessage, headers }), sealedMessage.payload]);
      sealedMessage = { ...sealedMessage, headers: { ...headers, signature: signature.toString('base64') } };
    }
    return sealedMessage;
  };
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
