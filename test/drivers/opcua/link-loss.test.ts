import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createLinkLoss } from '#drivers/opcua/link-loss.ts';

test('gives the outcome of what is under way while the link stands', async () => {
  const loss = createLinkLoss();
  await expect(loss.during(Promise.resolve('value'))).resolves.toBe('value');
  await expect(loss.during(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

test('ends everything that is under way, and all that comes later, with the first reason', async () => {
  const loss = createLinkLoss();
  const never = new Promise<string>(() => {});
  const underWay = [loss.during(never), loss.during(never), loss.happened];
  loss.declare(new Error('the cable is cut'));
  loss.declare(new Error('stopped'));
  for (const promise of underWay) await expect(promise).rejects.toThrow('the cable is cut');
  await expect(loss.during(never)).rejects.toThrow('the cable is cut');
});

test('keeps nothing of what is over, however long the link stands', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const loss = createLinkLoss();
  const ask = async (): Promise<number> => {
    for (let asked = 0; asked < 20_000; asked += 1) await loss.during(Promise.resolve(asked));
    collect();
    return process.memoryUsage().heapUsed;
  };
  await ask();
  const before = await ask();
  expect((await ask()) - before).toBeLessThan(2_000_000);
});
