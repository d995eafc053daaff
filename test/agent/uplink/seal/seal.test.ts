import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NONE_SKIPPED } from '#agent/uplink/coverage.ts';
import { compact } from '#agent/uplink/profiles/compact.ts';
import { firewatchJson } from '#agent/uplink/profiles/firewatch-json.ts';
import type { Message } from '#agent/uplink/profiles/profile.ts';
import { sealed } from '#agent/uplink/seal/sealed.ts';
import type { EncryptOptions, SealOptions, SignOptions } from '#agent/model/receiver.ts';
import { createMessageCheck, type Checked, type Delivered } from '#simulators/receiver/message-check.ts';
import { samples } from '../memory-journal.ts';
import { site } from '../harness.ts';

const START = 1_790_000_000_000;
const reveal = (text: string) => ({ reveal: () => text });
const key16 = randomBytes(16).toString('hex');
const key32 = randomBytes(32).toString('hex');

const pair = (kind: 'SM2' | 'Ed25519') => {
  const { privateKey, publicKey } =
    kind === 'SM2' ? generateKeyPairSync('ec', { namedCurve: 'SM2' }) : generateKeyPairSync('ed25519');
  return {
    own: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    published: publicKey.export({ format: 'pem', type: 'spki' }),
  };
};
const pairs = { SM2: pair('SM2'), Ed25519: pair('Ed25519') };

const signing: { [Name in SignOptions['algorithm']]: { own: string; published: string } } = {
  'HMAC-SM3': { own: key32, published: key32 },
  'HMAC-SHA-256': { own: key32, published: key32 },
  ...pairs,
};
const encryption: Record<EncryptOptions['algorithm'], string> = {
  'SM4-GCM': key16,
  'SM4-CBC': key16,
  'AES-256-GCM': key32,
};

const step = {
  stream: 'sample',
  span: { after: 0, seq: 1 },
  skipped: NONE_SKIPPED,
  record: { stream: 'sample', seq: 1, time: START, body: samples(START, 300) },
} as const;

const at = (now: number) => ({ site: site.id, clock: { now: () => now } });

const sealedMessage = (seal: SealOptions, now = START): Message => {
  const [message] = sealed(compact(firewatchJson(site)), at(now), seal).encode(step, 'live', {
    wanted: 65_536,
    allowed: Infinity,
  });
  if (!message) throw new Error('no message');
  return message;
};

const delivered = (message: Message, changes: Partial<Delivered> = {}): Delivered => ({
  topic: message.topic,
  site: site.id,
  payload: message.payload,
  contentType: message.contentType,
  userProperties: {
    schema: message.schema,
    sim: String(message.isSimulated),
    ...(message.encoding ? { encoding: message.encoding } : {}),
    ...message.headers,
  },
  ...changes,
});

const why = (checked: Checked): string => (checked.type === 'invalid' ? checked.why : checked.type);

const flipped = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  copy[20] = (copy[20] ?? 0) ^ 1;
  return copy;
};

describe.each(Object.entries(signing))('seal with %s', (name, { own, published }) => {
  const algorithm = name as SignOptions['algorithm'];
  const message = sealedMessage({ sign: { algorithm, keyId: 'k1', key: reveal(own) } });
  const check = createMessageCheck({ keys: { k1: published }, mustBeSigned: true });

  it('is accepted by a receiver that has the key', () => {
    expect(why(check(delivered(message)))).toBe('stream');
  });

  it('is broken by a changed byte, another topic or another kind of message', () => {
    expect(why(check(delivered(message, { payload: flipped(message.payload) })))).toMatch(/signature does not fit/);
    expect(why(check(delivered(message, { topic: 'alarm' })))).toMatch(/signature does not fit/);
    const { userProperties } = delivered(message);
    expect(why(check(delivered(message, { userProperties: { ...userProperties, sim: 'true' } })))).toMatch(
      /does not fit/,
    );
  });

  it('is told apart from other keys by its id', () => {
    expect(why(createMessageCheck({ keys: { k2: published } })(delivered(message)))).toMatch(/no key k1/);
  });
});

describe.each(Object.entries(encryption))('seal with %s', (name, key) => {
  const algorithm = name as EncryptOptions['algorithm'];
  const sign = { algorithm: 'HMAC-SM3', keyId: 's', key: reveal(key32) } as const;
  const encrypt = { algorithm, keyId: 'e', key: reveal(key) };
  const keys = { s: key32, e: key };

  it('is read by a receiver that has the key, and by nobody else', () => {
    const message = sealedMessage({ encrypt, sign });
    expect(message.payload.includes('temperature')).toBe(false);
    expect(why(createMessageCheck({ keys })(delivered(message)))).toBe('stream');
    const other = { ...keys, e: key.replaceAll(/./g, '0') };
    expect(why(createMessageCheck({ keys: other })(delivered(message)))).not.toBe('stream');
  });

  it('never uses an initialisation vector twice', () => {
    const ivs = Array.from({ length: 50 }, () => sealedMessage({ encrypt, sign }).headers?.['iv']);
    expect(new Set(ivs).size).toBe(50);
  });
});

describe.each(Object.entries(encryption).filter(([name]) => name.endsWith('GCM')))(
  'seal with %s alone',
  (name, key) => {
    const algorithm = name as EncryptOptions['algorithm'];
    const message = sealedMessage({ encrypt: { algorithm, keyId: 'e', key: reveal(key) } });
    const check = createMessageCheck({ keys: { e: key } });

    it('notices a change, and a message that was moved to another site', () => {
      expect(why(check(delivered(message)))).toBe('stream');
      expect(why(check(delivered(message, { payload: flipped(message.payload) })))).toMatch(/seal/);
      expect(why(check(delivered(message, { site: 'other' })))).toMatch(/seal/);
    });
  },
);

describe('a key that takes over', () => {
  const next = (key: string) => ({ keyId: 'k2', key: reveal(key), from: START + 1000 });
  const seal = {
    sign: { algorithm: 'HMAC-SM3', keyId: 'k1', key: reveal(key32), next: next(key16) },
    encrypt: { algorithm: 'SM4-GCM', keyId: 'k1', key: reveal(key16), next: next(key16) },
  } as const;

  it('does so at its time, and a receiver with both keys notices nothing', () => {
    const keyOf = (now: number) => {
      const { headers } = sealedMessage(seal, now);
      return [headers?.['signature-key'], headers?.['encryption-key']];
    };
    expect(keyOf(START + 999)).toEqual(['k1', 'k1']);
    expect(keyOf(START + 1000)).toEqual(['k2', 'k2']);
    const sign = { algorithm: 'HMAC-SM3', keyId: 'k1', key: reveal(key32), next: next(key16) } as const;
    const check = createMessageCheck({ keys: { k1: key32, k2: key16 }, mustBeSigned: true });
    for (const now of [START, START + 1000]) expect(why(check(delivered(sealedMessage({ sign }, now))))).toBe('stream');
  });

  it('is refused at once where it does not fit, not on its first day', () => {
    const wrong = { sign: { ...seal.sign, next: next('abcd') } };
    expect(() => sealed(firewatchJson(site), at(START), wrong)).toThrow(/2 bytes/);
  });
});

describe('seal', () => {
  it('refuses keys that do not fit, and does not print them', () => {
    const make = (seal: SealOptions) => () => sealed(firewatchJson(site), at(START), seal);
    const encrypt = { algorithm: 'SM4-GCM', keyId: 'e', key: reveal(key32) } as const;
    expect(make({ encrypt })).toThrow(/SM4-GCM: the key has 32 bytes, 16 are needed/);
    expect(make({ encrypt })).not.toThrow(new RegExp(key32));
    expect(make({ encrypt: { ...encrypt, algorithm: 'SM4-CBC', key: reveal(key16) } })).toThrow(/sign as well/);
    expect(make({ sign: { algorithm: 'SM2', keyId: 's', key: reveal(pairs.Ed25519.own) } })).toThrow(/curve/);
    expect(make({ sign: { algorithm: 'Ed25519', keyId: 's', key: reveal('hunter2') } })).toThrow(
      /no private key in PEM/,
    );
  });

  it('demands a signature where the receiver does', () => {
    const [message] = firewatchJson(site).encode(step, 'live', { wanted: 65_536, allowed: Infinity });
    if (!message) throw new Error('no message');
    expect(why(createMessageCheck({ mustBeSigned: true })(delivered(message)))).toMatch(/not signed/);
  });
});
