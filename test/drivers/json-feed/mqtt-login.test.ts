import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { pointId } from '#agent/model/ids.ts';
import { holdSecret } from '#config/secret.ts';
import type { Driver } from '#drivers/driver.ts';
import { jsonFeed } from '#drivers/json-feed/driver.ts';
import { startMosquitto } from '#test/agent/uplink/mosquitto.ts';
import { WatchedSource } from '#test/contract/watched-source.ts';

const PATIENCE_MS = 20_000;

/** A broker that lets in nobody without a login. */
async function guardedBroker() {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-login-'));
  const file = join(directory, 'passwords');
  execFileSync('mosquitto_passwd', ['-b', '-c', file, 'robot', 'right']);
  const passwords = readFileSync(file, 'utf8');
  rmSync(directory, { recursive: true });
  const broker = await startMosquitto({
    lines: ['allow_anonymous false', 'password_file DIR/passwords'],
    files: { passwords },
  });
  onTestFinished(() => broker.stop());
  return broker;
}

it('measurements of a robot come over MQTT with its login, what is no measurement is bad, and a wrong login is refused', async () => {
  const broker = await guardedBroker();
  const read = (password: string): WatchedSource => {
    const login = { user: 'robot', password: holdSecret('${env:P}', () => password) };
    const transport = { kind: 'mqtt', url: broker.url, topics: ['robot/+'], ...login };
    const source = new WatchedSource({
      driver: jsonFeed as Driver,
      options: jsonFeed.schema.parse({ transport, interval: '200ms' }),
      points: [{ id: pointId('R1.CH4'), kind: 'number', address: jsonFeed.address.parse('gas.ch4') }],
      stateDir: '/nonexistent',
      source: `robot-${password}`,
    });
    onTestFinished(() => source.stop());
    return source;
  };
  const publish = (message: string): void => {
    const login = ['-u', 'robot', '-P', 'right'];
    execFileSync('mosquitto_pub', ['-p', String(broker.port), ...login, '-t', 'robot/1', '-m', message]);
  };
  const source = read('right');
  const isOnline = (): boolean => source.signals.some((one) => one.type === 'status' && one.state === 'online');
  await source.until('online', isOnline, PATIENCE_MS);
  publish('{"gas":{"ch4":3.5}}');
  const latest = () => source.latest.get(pointId('R1.CH4'));
  await source.until('the value', () => latest()?.value === 3.5, PATIENCE_MS);
  expect(latest()?.quality).toEqual({ level: 'good' });
  publish('{"gas":{"ch4":{"no":"number"}}}');
  await source.until('bad', () => latest()?.quality.level === 'bad', PATIENCE_MS);

  const stranger = read('wrong');
  await stranger.until('refused', () => stranger.end !== undefined, PATIENCE_MS);
  expect(stranger.describe()).toMatch(/not authori[sz]ed|refused|bad user/i);
});
