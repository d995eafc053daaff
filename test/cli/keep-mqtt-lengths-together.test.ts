import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { keepMqttLengthsTogether } from '#agent/cli/keep-mqtt-lengths-together.ts';

const run = promisify(execFile);
const main = join(import.meta.dirname, '../../agent/cli/main.ts');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
keepMqttLengthsTogether();
const { generate, parser } = await import('mqtt-packet');

const message = (bytes: number) =>
  ({ cmd: 'publish', topic: 'a', payload: Buffer.alloc(bytes), qos: 0, dup: false, retain: false }) as const;

test('messages of lengths never met before leave nothing of the buffer pool behind', () => {
  const before = held();
  for (let bytes = 0; bytes < 2000; bytes += 1) {
    generate(message(bytes));
    // As a busy agent does: the next length stands in the next 64 KiB of the pool.
    for (let more = 0; more < 4; more += 1) Buffer.allocUnsafe(20_000);
  }
  expect(held() - before).toBeLessThan(4_000_000);
});

test.each([0, 1, 124, 125, 16_380, 16_381, 70_000])('a message of %i bytes is read as it was written', (bytes) => {
  const read: number[] = [];
  const reader = parser();
  reader.on('packet', (packet) => packet.cmd === 'publish' && read.push(packet.payload.length));
  reader.parse(generate(message(bytes)));
  expect(read).toEqual([bytes]);
});

test('the command keeps them together before anything has loaded the library', async () => {
  const look = `data:text/javascript,process.on('exit', () => {
    const { genBufVariableByteInt } = process.getBuiltinModule('module').createRequire('${main}')('mqtt-packet/numbers.js');
    console.log('kept in', genBufVariableByteInt(5).buffer.byteLength);
  })`;
  const { stdout } = await run(process.execPath, [`--import=${look.replaceAll('\n', ' ')}`, main, '--version']);
  expect(stdout).toContain('kept in 32768');
});

test('called too late it says so', () => {
  expect(() => keepMqttLengthsTogether()).toThrow('loaded already');
});

function held(): number {
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
}
