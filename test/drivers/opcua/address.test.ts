import { expect, test } from 'vitest';
import { addressSchema, formatAddress, parsePath } from '#drivers/opcua/address.ts';

const parse = (input: unknown) => addressSchema.parse(input);
const refusal = (input: unknown): string => addressSchema.safeParse(input).error?.issues[0]?.message ?? 'accepted';

test('takes a namespace URI with each kind of identifier', () => {
  const uri = 'urn:plant:dcs';
  for (const identifier of [
    's=R-101.temperature',
    'i=85',
    'g=09087e75-8e5e-499b-954f-f2a9603db28a',
    'b=M/RbKBsRVkePCePcx24oRA==',
  ]) {
    expect(parse(`nsu=${uri};${identifier}`)).toEqual({ namespaceUri: uri, identifier, path: [] });
  }
});

test('reads a node without a namespace, or in ns=0, as one of the standard namespace', () => {
  const standard = { namespaceUri: 'http://opcfoundation.org/UA/', identifier: 'i=2258', path: [] };
  expect(parse('i=2258')).toEqual(standard);
  expect(parse('ns=0;i=2258')).toEqual(standard);
});

test('refuses a namespace index and says what to write', () => {
  const text = refusal('ns=2;s=FIC101.PV');
  expect(text).toContain('by index 2');
  expect(text).toContain('write "nsu=<URI>;s=FIC101.PV"');
});

test('refuses what is no node id', () => {
  for (const text of ['', 'FIC101.PV', 'nsu=urn:a', 'nsu=urn:a;i=x', 'nsu=;s=a', 'nsu=urn:a;g=1', 'i=-1'])
    expect(refusal(text)).toContain('is no OPC UA node id');
});

test('keeps a # that belongs to a tag name', () => {
  expect(parse('nsu=urn:a;s=1#反应釜.温度')).toMatchObject({ identifier: 's=1#反应釜.温度', path: [] });
});

test('takes a path into an array or structure behind #[ or #.', () => {
  expect(parse('nsu=urn:a;s=Trend#[3]')).toMatchObject({ identifier: 's=Trend', path: [3] });
  expect(parse('nsu=urn:a;s=Pump#.Motor.Speed')).toMatchObject({ identifier: 's=Pump', path: ['Motor', 'Speed'] });
  expect(parse('nsu=urn:a;s=1#泵#[0].Speed')).toMatchObject({ identifier: 's=1#泵', path: [0, 'Speed'] });
});

test('takes any identifier and path in the object form', () => {
  expect(parse({ node: 'nsu=urn:a;s=odd#[1]', path: 'Field[2]' })).toMatchObject({
    identifier: 's=odd#[1]',
    path: ['Field', 2],
  });
  expect(refusal({ node: 'nsu=urn:a;s=x', path: '[y]' })).toContain('is no path');
});

test('a semicolon or percent sign in a URI is percent-encoded', () => {
  const address = parse('nsu=urn:a%3Bb%25;s=x');
  expect(address.namespaceUri).toBe('urn:a;b%');
  expect(formatAddress(address)).toBe('nsu=urn:a%3Bb%25;s=x');
});

test('paths are fields and indices, nothing else', () => {
  expect(parsePath('')).toEqual([]);
  expect(parsePath('a.b[0][1].c')).toEqual(['a', 'b', 0, 1, 'c']);
  for (const text of ['.', 'a..b', '[', '[-1]', 'a.', 'a]']) expect(parsePath(text)).toBeUndefined();
});
