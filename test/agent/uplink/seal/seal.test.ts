import { createCipheriv, createHash, createHmac, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { describe, expect, it } from 'vitest';
import { NONE_SKIPPED } from '#agent/uplink/coverage.ts';
import { compact } from '#agent/uplink/profiles/compact.ts';
import { firewatchJson } from '#agent/uplink/profiles/firewatch-json.ts';
import type { Message } from '#agent/uplink/profiles/profile.ts';
import { sealed } from '#agent/uplink/seal/sealed.ts';
import type { EncryptOptions, SealOptions, SignOptions } from '#agent/model/receiver.ts';
import { makeSign } from '#agent/uplink/seal/sign.ts';
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

const sealedMessage = (seal: SealOptions): Message => {
  const [message] = sealed(compact(firewatchJson(site)), site.id, seal).encode(step, 'live', {
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

describe('seal', () => {
  it('refuses keys that do not fit, and does not print them', () => {
    const make = (seal: SealOptions) => () => sealed(firewatchJson(site), site.id, seal);
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

describe('published vectors', () => {
  it('SM3 of "abc" is that of GB/T 32905-2016, A.1', () => {
    expect(createHash('sm3').update('abc').digest('hex')).toBe(
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    );
  });

  it('SM4 of the example block is that of GB/T 32907-2016, A.1', () => {
    const block = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');
    const cipher = createCipheriv('sm4-ecb', block, null).setAutoPadding(false);
    expect(cipher.update(block, undefined, 'hex') + cipher.final('hex')).toBe('681edf34d206965e86b3e94f536e4246');
  });

  it('SM2 accepts the signature of GB/T 32918.5-2017, A.2, with the standard identity', () => {
    const point =
      '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13';
    const signature =
      'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa';
    const text = new TextEncoder();
    expect(sm2.doVerifySignature(text.encode('message digest'), signature, point, { hash: true })).toBe(true);
    expect(sm2.doVerifySignature(text.encode('message digesT'), signature, point, { hash: true })).toBe(false);
  });

  it('an SM2 key gives its own public key, so what is signed here is verified by anybody', () => {
    const sign = makeSign({ algorithm: 'SM2', key: reveal(pairs.SM2.own) });
    const der = createPublicKey(pairs.SM2.published).export({ format: 'der', type: 'spki' });
    const signature = sign([Buffer.from('message '), Buffer.from('digest')]).toString('hex');
    const options = { hash: true, der: true };
    expect(
      sm2.doVerifySignature(Buffer.from('message digest'), signature, der.subarray(-65).toString('hex'), options),
    ).toBe(true);
  });

  it('HMAC-SHA-256 is that of RFC 4231, case 1, and HMAC-SM3 follows RFC 2104', () => {
    const key = Buffer.alloc(20, 0x0b);
    const sign = makeSign({ algorithm: 'HMAC-SHA-256', key: reveal(key.toString('hex')) });
    expect(sign([Buffer.from('Hi '), Buffer.from('There')]).toString('hex')).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    );
    const pad = (byte: number): Buffer =>
      Buffer.alloc(64, byte).map((value, place) => value ^ (key[place] ?? 0)) as Buffer;
    const inner = createHash('sm3').update(pad(0x36)).update('Hi There').digest();
    const outer = createHash('sm3').update(pad(0x5c)).update(inner).digest('hex');
    const signSm3 = makeSign({ algorithm: 'HMAC-SM3', key: reveal(key.toString('hex')) });
    expect(signSm3([Buffer.from('Hi There')]).toString('hex')).toBe(outer);
    expect(createHmac('sm3', key).update('Hi There').digest('hex')).toBe(outer);
  });
});
