import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '#agent/model/clock.ts';
import type { Text } from '#agent/model/alarm.ts';
import { startSite } from '#agent/site.ts';
import type { RunningSite, Told } from '#agent/site.ts';
import type { SiteConfig } from '#config/site.ts';
import { acknowledgementOf, isByHand } from './acknowledgement.ts';
import { killWhileWriting } from './kill-rehearsal.ts';
import type { Heads } from './kill-rehearsal.ts';
import { failed, passed } from './outcome.ts';
import type { Check } from './outcome.ts';
import { testSite } from './test-site.ts';
import type { Driver } from '#drivers/driver.ts';
import { testSource } from './test-source.ts';
import type { TestSourceOptions } from './test-source.ts';

export interface ReceiverExercise {
  readonly receivers: readonly Check[];
  readonly restart: readonly Check[];
}

export interface ReceiverParts {
  /** Of the run's own journal. */
  readonly directory: string;
  /** A receiver that has not acknowledged by then has failed. Milliseconds. */
  readonly withinMs: number;
  readonly tell: (check: Check) => void;
}

const OUTAGE_NOTES = 10;
const LOOK_MS = 50;

/**
 * Sends marked test records to each receiver, through its real connection, over a kill of the process, an outage of the
 * link and an orderly restart; each must be acknowledged to the last number.
 */
export async function exerciseReceivers(config: SiteConfig, parts: ReceiverParts): Promise<ReceiverExercise> {
  const { directory, withinMs, tell } = parts;
  const told = <T extends Check | readonly Check[]>(checks: T): T => {
    for (const check of [checks].flat()) tell(check);
    return checks;
  };
  const killed = await killWhileWriting(config, directory).catch(reasonOf);
  const first = begin(config, directory, {});
  const afterKill = told(judgeKill(killed, first));

  const acknowledged = await acknowledgements(config, { site: first.site, withinMs, what: FIRST });
  const receivers: Check[] = [...told(acknowledged)];

  const withReceivers = first.site.config();
  first.site.apply({ ...withReceivers, receivers: [] }, 'acceptance');
  note(first.site, OUTAGE_NOTES);
  first.site.apply(withReceivers, 'acceptance');
  receivers.push(...told(await acknowledgements(config, { site: first.site, withinMs, what: OUTAGE })));

  note(first.site, OUTAGE_NOTES);
  const head = first.site.journal.head('event');
  await first.site.stop(0);
  const second = begin(config, directory, { isRaised: false });
  const afterStop = told(judgeStop(head, second));
  for (const { definition } of second.site.activeAlarms()) second.site.acknowledge(definition.id, 'acceptance');
  receivers.push(...told(await acknowledgements(config, { site: second.site, withinMs, what: RESTART })));
  await second.site.stop(0);
  return { receivers, restart: [afterKill, afterStop] };
}

interface Begun {
  readonly site: RunningSite;
  readonly opening: string;
}

/** Without an input for it the test alarm is not raised again: what stands, stands from the process before. */
function begin(config: SiteConfig, directory: string, input: Omit<TestSourceOptions, 'value'>): Begun {
  let opening = 'new';
  const tell = (told: Told): void => {
    if (told.type === 'opening') opening = told.opening.kind;
  };
  const site = startSite({
    config: testSite(config, { directory, input: { ...input, value: 0 } }),
    drivers: [testSource as Driver],
    clock: systemClock,
    tell,
  });
  return { site, opening };
}

function note(site: RunningSite, count: number): void {
  for (let number = 1; number <= count; number += 1)
    site.note({ kind: 'acceptance.test', text: `验收试验记录 ${number} · acceptance test record ${number}` });
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** @param killed what was on disk; or why the process could not be tried */
function judgeKill(killed: Heads | string, { site, opening }: Begun): Check {
  const name = 'kill -9';
  if (typeof killed === 'string')
    return failed('agent', name, {
      zh: `演练进程未能运行：${killed}`,
      en: `the process could not be tried: ${killed}`,
    });
  const kept = (['alarm', 'event'] as const).find((stream) => site.journal.head(stream) < killed[stream]);
  if (kept !== undefined)
    return failed('agent', name, {
      zh: `流 ${kept} 写到 ${killed[kept]}，重启后只剩 ${site.journal.head(kept)}：该磁盘不保留已写入的数据`,
      en: `stream ${kept} was written up to ${killed[kept]} and holds ${site.journal.head(kept)} after the restart: this disk does not keep what was written`,
    });
  if (site.activeAlarms().length === 0)
    return failed('agent', name, { zh: '重启后报警消失', en: 'the alarm that stood is gone after the restart' });
  return passed('agent', name, {
    zh: `写入 ${killed.alarm} 条报警、${killed.event} 条事件后被强制终止：重启识别为 ${opening}，记录无缺，报警仍在`,
    en: `killed after writing ${killed.alarm} alarm and ${killed.event} event records: found ${opening} at the restart, no record missing, the alarm still stands`,
  });
}

function judgeStop(head: number, { site, opening }: Begun): Check {
  const name = 'stop, start';
  const isKept = site.journal.head('event') >= head && site.activeAlarms().length > 0;
  return (isKept ? passed : failed)('agent', name, {
    zh: `正常停止后重启（${opening}）：事件 ${head} → ${site.journal.head('event')}，报警 ${isKept ? '仍在' : '或记录丢失'}`,
    en: `stopped and started (${opening}): events ${head} → ${site.journal.head('event')}, alarm or records ${isKept ? 'kept' : 'lost'}`,
  });
}

const FIRST: Text = { zh: '标记的试验报警和试验记录', en: 'a marked test alarm and test records' };
const OUTAGE: Text = { zh: '链路中断期间的记录', en: 'records of an outage of the link' };
const RESTART: Text = { zh: '重启前后的记录', en: 'records from before and after a restart' };

interface Asked {
  readonly site: RunningSite;
  readonly withinMs: number;
  readonly what: Text;
}

/** Waits until each receiver has everything, or its time is over. */
async function acknowledgements({ receivers }: SiteConfig, { site, withinMs, what }: Asked): Promise<readonly Check[]> {
  const ends = performance.now() + withinMs;
  const heads = { alarm: site.journal.head('alarm'), event: site.journal.head('event') };
  const isDone = () => {
    const { uplinks } = site.report();
    return receivers.every(
      (receiver) => isByHand(receiver) || acknowledgementOf(receiver, { uplinks, heads, what }).verdict === 'passed',
    );
  };
  while (!isDone() && performance.now() < ends) await delay(LOOK_MS);
  const { uplinks } = site.report();
  return receivers.map((receiver) => acknowledgementOf(receiver, { uplinks, heads, what }));
}
