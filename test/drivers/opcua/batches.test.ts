import { StatusCodes } from 'node-opcua-client';
import { expect, test } from 'vitest';
import { inBatches } from '#drivers/opcua/batches.ts';
import { DeadlineError, ServiceError } from '#drivers/opcua/faults.ts';
import { createBatchLimit } from '#drivers/opcua/limits.ts';

const items = Array.from({ length: 250 }, (_, index) => index);

async function collect(send: (batch: readonly number[]) => readonly number[], limit = createBatchLimit(undefined)) {
  const sizes: number[] = [];
  const answered: number[] = [];
  const refused: number[] = [];
  const attempt = async (batch: readonly number[]) => {
    sizes.push(batch.length);
    return send(batch);
  };
  for await (const outcome of inBatches(items, limit, attempt)) {
    answered.push(...outcome.answers);
    if (outcome.refusal) refused.push(...outcome.items);
  }
  return { sizes, answered, refused };
}

const same = (batch: readonly number[]) => batch;

test('respects the limit that the server tells', async () => {
  const { sizes, answered } = await collect(same, createBatchLimit(100));
  expect(sizes).toEqual([100, 100, 50]);
  expect(answered).toEqual(items);
});

test('starts modestly where the server tells none, zero included', () => {
  expect(createBatchLimit(undefined).size).toBe(500);
  expect(createBatchLimit(0).size).toBe(500);
  expect(createBatchLimit(10_000).size).toBe(500);
});

test('halves on too many operations until the server accepts, and stays there', async () => {
  const { sizes, answered } = await collect((batch) => {
    if (batch.length > 40) throw new ServiceError('read', StatusCodes.BadTooManyOperations);
    return batch;
  });
  expect(answered).toEqual(items);
  expect(sizes.slice(0, 4)).toEqual([250, 125, 62, 31]);
  expect(Math.max(...sizes.slice(3))).toBe(31);
});

test('finds the one item that makes the server refuse a whole request', async () => {
  const { answered, refused } = await collect((batch) => {
    if (batch.includes(77)) throw new ServiceError('read', StatusCodes.BadDecodingError);
    return batch;
  });
  expect(refused).toEqual([77]);
  expect(answered).toEqual(items.filter((item) => item !== 77));
});

test('tries half once when no answer comes, and ends when that stays silent too', async () => {
  let silent = 1;
  const { answered } = await collect((batch) => {
    if (silent-- > 0) throw new DeadlineError('read', 1);
    return batch;
  });
  expect(answered).toEqual(items);
  silent = 2;
  await expect(
    collect((batch) => {
      if (silent-- > 0) throw new DeadlineError('read', 1);
      return batch;
    }),
  ).rejects.toThrow('no reply within 1 ms');
});

test('takes no answer for another when the server answers fewer than asked', async () => {
  await expect(collect((batch) => batch.slice(1))).rejects.toThrow('answered 249 of 250');
});
