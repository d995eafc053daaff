import {
  createCipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  generateKeyPairSync,
  type CipherGCMTypes,
} from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { describe, expect, it } from 'vitest';
import { makeSign } from '#agent/uplink/seal/sign.ts';

const reveal = (text: string) => ({ reveal: () => text });
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

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

  it('SM3 of a full block is that of GB/T 32905-2016, A.2', () => {
    expect(createHash('sm3').update('abcd'.repeat(16)).digest('hex')).toBe(
      'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
    );
  });

  it('SM4 a million times over is that of GB/T 32907-2016, A.2', () => {
    const block = hex('0123456789abcdeffedcba9876543210');
    // Chained over zeros, each block is the one before it enciphered once more.
    const cipher = createCipheriv('sm4-cbc', block, block).setAutoPadding(false);
    const chain = cipher.update(Buffer.alloc(16_000_000));
    expect(chain.subarray(-16).toString('hex')).toBe('595298c7c6fd271f0402f804c33d3f66');
  });

  it('SM4-CBC is that of draft-ribose-cfrg-sm4-10, A.2.2.1', () => {
    const cipher = createCipheriv(
      'sm4-cbc',
      hex('0123456789abcdeffedcba9876543210'),
      hex('000102030405060708090a0b0c0d0e0f'),
    ).setAutoPadding(false);
    const text = hex('aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffaaaaaaaabbbbbbbb');
    expect(cipher.update(text).toString('hex')).toBe(
      '78ebb11cc40b0a48312aaeb2040244cb4cb7016951909226979b0d15dc6a8f6d',
    );
  });

  it('SM4-GCM is that of RFC 8998, A.1', () => {
    const name = 'sm4-gcm' as CipherGCMTypes;
    const cipher = createCipheriv(name, hex('0123456789abcdeffedcba9876543210'), hex('00001234567800000000abcd'));
    cipher.setAAD(hex('feedfacedeadbeeffeedfacedeadbeefabaddad2'));
    const text = ['aa', 'bb', 'cc', 'dd', 'ee', 'ff', 'ee', 'aa'].map((byte) => byte.repeat(8)).join('');
    expect(cipher.update(hex(text), undefined, 'hex') + cipher.final('hex')).toBe(
      '17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735' +
        'd82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d',
    );
    expect(cipher.getAuthTag().toString('hex')).toBe('83de3541e4c2b58177e065a9bf7b62ec');
  });

  it('Ed25519 is that of RFC 8032, 7.1, test 2', () => {
    const der = Buffer.concat([
      hex('302e020100300506032b657004220420'),
      hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'),
    ]);
    const pem = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' });
    expect(makeSign({ algorithm: 'Ed25519', key: reveal(pem) })([hex('72')]).toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
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
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' });
    const own = privateKey.export({ format: 'pem', type: 'pkcs8' });
    const sign = makeSign({ algorithm: 'SM2', key: reveal(own) });
    const der = publicKey.export({ format: 'der', type: 'spki' });
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
