import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlarmDefinition } from '#agent/model/alarm.ts';
import type { Gap } from '#agent/model/event.ts';
import type { DeviceName } from '#simulators/device/fault-menus.ts';
import type { SampleMessage, StreamMessage, StreamName } from '#simulators/receiver/wire.ts';
import type { Blow } from './plan.ts';
import type { Tick } from './truth-log.ts';
import type { Wait } from './waits.ts';

/** What was done, when it really was. UTC ms. */
export interface Done {
  readonly blow: Blow;
  readonly from: number;
  readonly to: number;
}

/** A point that the simulators' truth speaks of. */
export interface WatchedPoint {
  readonly id: string;
  /** Its name in the truth. */
  readonly tag: string;
  readonly source: string;
  /** The device that shows it. */
  readonly device: DeviceName;
  /** What one count of its register is worth; 0 where it travels as a floating-point number or a bit. */
  readonly resolution: number;
}

interface WatchedSource {
  readonly id: string;
  /** Longest time between two samples of a device that is well; infinite where it tells changes only. Milliseconds. */
  readonly everyMs: number;
}

/** What one receiver got. */
export interface Arrivals {
  readonly receiver: string;
  /** First arrivals, in their order. */
  readonly messages: readonly StreamMessage[];
  readonly invalid: readonly string[];
  /** Messages that this receiver refused for good, as the plan told it to. */
  readonly refused: number;
}

export interface JournalAlarm {
  readonly seq: number;
  readonly alarm: string;
  readonly event: string;
  readonly time: number;
}

/** All that the oracle judges by. Plain data, so that it can be doctored. */
export interface Evidence {
  readonly began: number;
  readonly ended: number;
  readonly points: readonly WatchedPoint[];
  readonly sources: readonly WatchedSource[];
  readonly pointSource: ReadonlyMap<string, string>;
  readonly alarms: readonly AlarmDefinition[];
  readonly ticks: readonly Tick[];
  readonly done: readonly Done[];
  /** Of the agent, the simulators and the proof itself, which passes on what goes over the links. */
  readonly waits: readonly Wait[];
  readonly arrivals: readonly Arrivals[];
  readonly heads: Readonly<Partial<Record<StreamName, number>>>;
  readonly journalAlarms: readonly JournalAlarm[];
}

/** One sample as a receiver has it. */
export interface Got {
  readonly point: string;
  readonly value: number | boolean | string | null;
  readonly sourceTime: number;
  readonly receiveTime: number;
  readonly level: string;
  readonly flags: readonly string[];
}

/** Each point's samples in the order of their receive times. */
export function samplesOf({ messages }: Arrivals): Map<string, Got[]> {
  const byPoint = new Map<string, Got[]>();
  for (const message of messages) {
    if (message.stream !== 'sample' || !('body' in message)) continue;
    for (const got of unfold(message.body)) {
      const list = byPoint.get(got.point);
      if (list) list.push(got);
      else byPoint.set(got.point, [got]);
    }
  }
  for (const list of byPoint.values()) list.sort((a, b) => a.receiveTime - b.receiveTime);
  return byPoint;
}

function unfold(body: SampleMessage['body']): Got[] {
  const levels = body.quality.flatMap(({ count, level }) => Array<string>(count).fill(level));
  const flags = body.flags.flatMap((run) => Array<readonly string[]>(run.count).fill(run.flags));
  let [place, sourceTime, receiveTime] = [0, 0, 0];
  return body.point.map((step, index) => {
    place += step;
    sourceTime += body.sourceTime[index] ?? 0;
    receiveTime += body.receiveTime[index] ?? 0;
    return {
      point: body.points[place] ?? '',
      value: body.value[index] ?? null,
      sourceTime,
      receiveTime,
      level: levels[index] ?? 'bad',
      flags: flags[index] ?? [],
    };
  });
}

/** Stretches of time of which the site says that it knows nothing; a gap that was told open and closed is one. */
export function gapsOf({ messages }: Arrivals): Gap[] {
  const told = messages.flatMap((message) =>
    message.stream === 'gap' && 'body' in message ? [message.body as unknown as Gap] : [],
  );
  return told.map((gap) => {
    const closed = told.find(
      ({ from, to, source, reason }) =>
        to !== undefined && from === gap.from && source === gap.source && reason === gap.reason,
    );
    return closed?.to === undefined ? gap : { ...gap, to: closed.to };
  });
}

export const readArrivals = (directory: string): StreamMessage[] =>
  readFileSync(join(directory, 'arrivals.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StreamMessage);
