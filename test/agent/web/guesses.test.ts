import { expect, it } from 'vitest';
import { networkOf } from '#agent/web/access/guesses.ts';

it.each([
  ['10.0.0.7', '10.0.0.7'],
  ['::ffff:10.0.0.7', '10.0.0.7'],
  ['::1', '0:0:0:0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['fe80::a:b', 'fe80:0:0:0'],
])('counts guesses from %s for %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});
