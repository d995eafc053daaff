import { expect, test } from 'vitest';
import { missingBefore, nextSequence } from '#drivers/opcua/sequence.ts';

test('counts the messages that never came', () => {
  expect(missingBefore(5, 5)).toBe(0);
  expect(missingBefore(5, 8)).toBe(3);
});

test('numbers begin again at 1, never 0', () => {
  expect(nextSequence(0xffffffff)).toBe(1);
  expect(missingBefore(0xffffffff, 1)).toBe(1);
  expect(missingBefore(1, 1)).toBe(0);
});

test('a number that was already used lies before the expected one', () => {
  expect(missingBefore(6, 5)).toBe(-1);
  expect(missingBefore(1, 0xffffffff)).toBe(-1);
  expect(missingBefore(2, 0xffffffff)).toBe(-2);
});
