import { expect, it } from 'vitest';
import { addressText } from '#agent/web/api/address-text.ts';

it.each([
  ['ns=2;s=TI-1', 'ns=2;s=TI-1'],
  [{ table: 'input', offset: 0, type: 'float32', order: 'CDAB', bad: undefined }, 'input 0 float32 CDAB'],
  [{ table: 'holding', bad: [{ raw: 0xffff_ffff_ffff_ffffn }] }, 'holding [{"raw":"18446744073709551615"}]'],
  [{ identifier: 's=YI-1501', path: [] }, 's=YI-1501'],
])('an address as its driver has it is one line, whatever it holds (%#)', (address, text) => {
  expect(addressText(address)).toBe(text);
});
