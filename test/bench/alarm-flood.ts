import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { stringify } from 'yaml';
import { startCommand } from '#agent/cli/demo/child-lines.ts';
import type { SiteReport } from '#agent/line/tally.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import { percentile } from '#test/agent/uplink/bench-site.ts';
import { startMosquitto } from '#test/agent/uplink/mosquitto.ts';
import { until } from '#test/faults/whole-line.ts';
import { startScript } from './line/json-child.ts';
import type { BenchResult } from './result.ts';

const ALARMS = 10_000;
const SPAN_MS = 10_000;
/** A control room's screens: each answer is asked for again so long after the last one came. */
const ASK_EVERY_MS = 50;
const QUESTIONS = ['overview', 'alarms?limit=200', 'views?kind=flood'] as const;
/** A broker's usual 20 are acknowledged as often as the agent turns around, some hundred alarms a second. */
const IN_FLIGHT = 200;
const FLOOD_ALARM = 'alarms.flood/state';

/**
 * 10,000 alarms in 10 s through the whole line: registers of a Modbus device rise one after another, a real agent reads
 * them, a real broker passes on what it sends, a receiver verifies it, and somebody looks at the page all the while. Its
 * reference is a bare publisher at the same rate to the same broker; that of the page a server that does nothing but
 * answer as many bytes, asked in turn with it.
 */
export async function bench(): Promise<BenchResult[]> {
  const directory = await mkdtemp(join(tmpdir(), 'firewatch-flood-'));
  const lines: { readonly began?: number }[] = [];
  const device = startScript<{ readonly port?: number; readonly began?: number }>(
    new URL('../../simulators/load/rising-registers.ts', import.meta.url),
    [String(SPAN_MS)],
    (line) => lines.push(line),
  );
  const broker = await startMosquitto({
    lines: ['max_queued_messages 0', 'set_tcp_nodelay true', `max_inflight_messages ${IN_FLIGHT}`],
  });
  const receiver = await startReceiver({ url: broker.url, topicPrefix: 'firewatch' });
  const file = await writeSite(directory, (await device.first).port ?? 0, broker.url);
  const told: { readonly page?: string; readonly report?: SiteReport }[] = [];
  const agent = startCommand(['run', file, '--json', '--report', '1000ms', '--drain', '60000ms'], (line) => {
    const { type, page } = line as { readonly type: string; readonly page?: string };
    if (type === 'ready' && page !== undefined) told.push({ page });
    if (type === 'report' || type === 'stopped') told.push({ report: line as SiteReport });
  });
  const last = (): SiteReport | undefined => told.findLast(({ report }) => report)?.report;
  const arrivals = await watchAlarms(broker.url);
  try {
    const page = await until(`the page; ${agent.lastWords()}`, () => told.find((one) => one.page)?.page);
    await until(`every register is read; ${agent.lastWords()}`, () =>
      (last()?.sources[0]?.samples ?? 0) >= 2 * ALARMS ? true : undefined,
    );
    const plain = startScript<{ readonly url: string }>(new URL('./flood/plain-answer.ts', import.meta.url), ['20000']);
    const { url } = await plain.first;
    process.kill(device.pid, 'SIGUSR2');
    const asked = await askWhile(`${page}/api`, url, () => arrivals.raised.length < ALARMS);
    await plain.stop();
    await agent.stop(90_000);
    const head = last()?.journal.streams.alarm?.head ?? 0;
    await until('the receiver has heard of every alarm', () =>
      receiver.missing({ alarm: head }).length === 0 ? true : undefined,
    ).catch(() => {});
    const report = receiver.report();
    const arrived = new Set(arrivals.raised.map(({ register }) => register));
    const began = lines.find((line) => line.began !== undefined)?.began ?? 0;
    const bare = await barePublishes(broker.url);
    const delays = arrivals.raised.map(({ raisedAt, arrivedAt }) => arrivedAt - raisedAt);
    return [
      count(
        'alarms that the receiver lacks, of 10,000',
        ALARMS - arrived.size + receiver.missing({ alarm: head }).length,
        0,
      ),
      count('messages that the receiver found wrong', report.faults.length, 0),
      count('alarms at the receiver before that of the flood', arrivals.beforeFlood(), 500),
      time('alarm raised to receiver, p95', percentile(delays, 0.95), 1000, percentile(bare, 0.95)),
      time(
        'value risen in the device to receiver, p95',
        percentile(
          arrivals.raised.map(({ register, arrivedAt }) => arrivedAt - began - (register * SPAN_MS) / ALARMS),
          0.95,
        ),
        2000,
        percentile(bare, 0.95),
      ),
      time('answer of the page, p95', percentile(asked.page, 0.95), 500, percentile(asked.plain, 0.95)),
      time('answer of the page, longest', Math.max(...asked.page), 2000, Math.max(...asked.plain)),
    ];
  } finally {
    await agent.stop(1000);
    await arrivals.stop();
    await receiver.stop();
    await broker.stop();
    await device.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function writeSite(directory: string, port: number, broker: string): Promise<string> {
  const rows = Array.from({ length: ALARMS }, (_, at) => `R-${at},plc,holding:${at} uint16,number,0,1000,500`);
  await writeFile(join(directory, 'points.csv'), `${['id,source,address,kind,low,high,H', ...rows].join('\n')}\n`);
  const file = join(directory, 'site.yaml');
  const site = {
    site: { id: 'bench', name: 'bench', timezone: 'UTC' },
    include: ['points.csv'],
    journal: { directory: './data' },
    page: { port: 0, anonymous: 'viewer' },
    floods: [{ id: 'alarms' }],
    sources: [{ id: 'plc', kind: 'modbus', transport: { kind: 'tcp', host: '127.0.0.1', port }, interval: '500ms' }],
    receivers: [{ id: 'park', transport: { kind: 'mqtt', url: broker }, lanes: { inFlight: IN_FLIGHT } }],
  };
  await writeFile(file, stringify(site));
  return file;
}

/** Alarms as they leave the broker. */
async function watchAlarms(url: string) {
  const raised: { readonly register: number; readonly raisedAt: number; readonly arrivedAt: number }[] = [];
  let before: number | undefined;
  const client = await connectAsync(url, { protocolVersion: 5 });
  client.on('message', (_topic, payload) => {
    const arrivedAt = Date.now();
    const { body } = JSON.parse(payload.toString()) as {
      readonly body?: { readonly alarm: string; readonly event: string; readonly time: number };
    };
    if (body?.event !== 'raised') return;
    // On a busy machine a source may be silent for a moment; that alarm is none of the flood.
    const register = /^R-(\d+)\/H$/.exec(body.alarm)?.[1];
    if (body.alarm === FLOOD_ALARM) before ??= raised.length;
    else if (register !== undefined) raised.push({ register: Number(register), raisedAt: body.time, arrivedAt });
  });
  await client.subscribeAsync('firewatch/+/alarm', { qos: 1 });
  return { raised, beforeFlood: () => before ?? raised.length, stop: () => client.endAsync(true) };
}

/** Asks page and reference in turn, as a page does that is open, until it is over. Milliseconds of each answer. */
async function askWhile(api: string, plain: string, goesOn: () => boolean) {
  const took = { page: [] as number[], plain: [] as number[] };
  const ask = async (url: string, into: number[]): Promise<void> => {
    const started = performance.now();
    const response = await fetch(url);
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    into.push(performance.now() - started);
  };
  const patience = performance.now() + 10 * SPAN_MS;
  while (goesOn() && performance.now() < patience) {
    for (const question of QUESTIONS) {
      await ask(`${api}/${question}`, took.page);
      await ask(plain, took.plain);
    }
    await delay(ASK_EVERY_MS);
  }
  return took;
}

/** As many messages of an alarm's size, as fast as the flood came, from a client that does nothing else. Milliseconds. */
async function barePublishes(url: string): Promise<number[]> {
  const [publisher, subscriber] = await Promise.all([
    connectAsync(url, { protocolVersion: 5 }),
    connectAsync(url, { protocolVersion: 5 }),
  ]);
  const took: number[] = [];
  subscriber.on('message', (_topic, payload) => took.push(Date.now() - Number(payload.subarray(0, 13).toString())));
  await subscriber.subscribeAsync('bare', { qos: 1 });
  const began = performance.now();
  for (let sent = 0; sent < ALARMS;) {
    const due = Math.min(ALARMS, ((performance.now() - began) / SPAN_MS) * ALARMS);
    for (; sent < due; sent += 1) publisher.publish('bare', `${Date.now()}${'x'.repeat(600)}`, { qos: 1 });
    await delay(5);
  }
  await until('the bare messages', () => (took.length >= ALARMS ? true : undefined));
  await Promise.all([publisher.endAsync(), subscriber.endAsync()]);
  return took;
}

const count = (name: string, measured: number, most: number): BenchResult => ({
  name: `alarm-flood: ${name}`,
  unit: '',
  target: `≤ ${most}`,
  measured,
  reference: null,
  ratio: null,
  ok: measured <= most,
});

const time = (name: string, measured: number, target: number, reference: number): BenchResult => ({
  name: `alarm-flood: ${name}`,
  unit: 'ms',
  target: `≤ ${target}`,
  measured,
  reference,
  ratio: measured / reference,
  ok: measured <= target,
});
