import type { AlarmEngine } from '#agent/alarms/engine.ts';
import { createAlarmEngine } from '#agent/alarms/engine.ts';
import type { AlarmMemory } from '#agent/alarms/memory.ts';
import type { Answer } from '#agent/alarms/step.ts';
import type { AlarmStep } from '#agent/alarms/step.ts';
import type { AlarmDefinition, AlarmTransition, SuppressionRule } from '#agent/model/alarm.ts';
import { Flag } from '#agent/model/flags.ts';
import type { AlarmId, PointId } from '#agent/model/ids.ts';
import { alarmId, pointId, sourceId } from '#agent/model/ids.ts';
import { GOOD, bad, uncertain } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import type { SourceState } from '#agent/model/source.ts';

const point = pointId('T-1');
const source = sourceId('plc');
export const startUtcMs = Date.UTC(2026, 0, 1);

/** An alarm of T-1 at 90 without delays; the parts given replace these. */
export function define(parts: Partial<AlarmDefinition> = {}): AlarmDefinition {
  const condition = parts.condition ?? { kind: 'H', setpoint: 90, deadband: 0 };
  return {
    id: alarmId(condition.kind === 'communication' ? `${source}/communication` : `${point}/${condition.kind}`),
    ...(condition.kind === 'communication' ? {} : { point }),
    source,
    priority: 'high',
    onDelayMs: 0,
    offDelayMs: 0,
    latch: false,
    safetyRole: 'none',
    ...parts,
    condition,
  };
}

/** A clock for tests: both clocks move with `pass`, only the wall clock with `stepWall`. */
export class TestClock {
  #monotonic = 1000;
  #wall = startUtcMs;
  now = (): number => this.#wall;
  monotonic = (): number => this.#monotonic;
  pass(ms: number): void {
    this.#monotonic += ms;
    this.#wall += ms;
  }
  stepWall(ms: number): void {
    this.#wall += ms;
  }
  /** A new process: its monotonic clock begins anew. */
  restart(): void {
    this.#monotonic = 0;
  }
}

/** An engine with what the site keeps for it: the committed transitions and, as JSON, the last memory of each alarm. */
export class Plant {
  readonly clock = new TestClock();
  readonly transitions: AlarmTransition[] = [];
  readonly disk = new Map<AlarmId, string>();
  engine: AlarmEngine;
  definitions: readonly AlarmDefinition[];

  readonly suppression: readonly SuppressionRule[];

  constructor(definitions: readonly AlarmDefinition[], suppression: readonly SuppressionRule[] = []) {
    this.definitions = definitions;
    this.suppression = suppression;
    this.engine = createAlarmEngine({ definitions, suppression, clock: this.clock });
  }

  commit(step: AlarmStep): readonly AlarmTransition[] {
    for (const memory of step.memory) this.disk.set(memory.alarm, JSON.stringify(memory));
    this.transitions.push(...step.transitions);
    return step.transitions;
  }

  answer(answer: Answer): string[] {
    const told = this.commit(answer.step).map(show);
    return answer.accepted ? told : [...told, `refused ${answer.reason}`];
  }

  sample(value: SampleValue, quality: Quality = GOOD, more: { flags?: number; of?: PointId } = {}) {
    const now = this.clock.now();
    const { flags = 0, of = point } = more;
    return this.commit(
      this.engine.onSamples([{ point: of, value, quality, sourceTime: now, receiveTime: now, flags }]),
    );
  }

  /** A good sample whose step never reaches the disk. */
  decideOnly(value: SampleValue): void {
    const now = this.clock.now();
    this.engine.onSamples([{ point, value, quality: GOOD, sourceTime: now, receiveTime: now, flags: 0 }]);
  }

  status(state: SourceState, flags = 0) {
    return this.commit(this.engine.onStatus({ source, state, reason: '', since: this.clock.now() }, flags));
  }

  /** Kills the process and starts the next one from what is on disk, `downMs` later. */
  restart(downMs = 0, definitions = this.definitions): readonly AlarmTransition[] {
    this.definitions = definitions;
    this.clock.pass(downMs);
    this.clock.restart();
    const memory = [...this.disk.values()].map((json) => JSON.parse(json) as AlarmMemory);
    this.engine = createAlarmEngine({ definitions, memory, suppression: this.suppression, clock: this.clock });
    return this.commit(this.engine.onTick());
  }
}

/**
 * Plays a timeline and writes down what came of it: lines of `time input | transitions`. What stands behind `|` and
 * lines without input are expectation and ignored on the way in, so that a golden timeline can be compared with itself.
 *
 * Inputs: a number, `true`, `false` (good); `bad 7`, `uncertain 7`; `backfill 7`; `sim 7`; `target 7` (point T-2);
 * `online` and the other source states; `ack NAME`, `reset NAME`, `shelve 10m WHY`, `oneshot 10m WHY`, `unshelve`,
 * `take-out WHY`, `bring-back`; `restart [DOWN]`; `wall +1h`.
 */
export function play(golden: string, definitions: readonly AlarmDefinition[]): string {
  const plant = new Plant(definitions);
  const lines: string[] = [];
  let elapsed = 0;
  const write = (input: string, told: readonly string[]): void => {
    if (input === '' && told.length === 0) return;
    lines.push(`${elapsed / 1000}s ${input}${told.length > 0 ? `${input === '' ? '' : ' '}| ${told.join(', ')}` : ''}`);
  };
  const goTo = (target: number): void => {
    for (;;) {
      const due = plant.engine.nextDue();
      const wait = due === undefined ? Infinity : Math.max(0, due - plant.clock.monotonic());
      if (elapsed + wait > target) break;
      plant.clock.pass(wait);
      elapsed += wait;
      write('', plant.commit(plant.engine.onTick()).map(show));
    }
    plant.clock.pass(target - elapsed);
    elapsed = target;
  };
  for (const line of tidy(golden).split('\n')) {
    const [time = '', ...words] = (line.split('|')[0] ?? '').trim().split(' ');
    goTo(durationMs(time));
    if (words.length === 0) continue;
    const before = plant.clock.now();
    write(words.join(' '), act(plant, words));
    if (words[0] === 'restart') elapsed += plant.clock.now() - before;
  }
  return lines.join('\n');
}

/** The golden text without indentation and double spaces. */
export const tidy = (golden: string): string =>
  golden
    .trim()
    .split('\n')
    .map((line) => line.trim().replaceAll(/ +/g, ' '))
    .join('\n');

export const show = ({ event, from, to, occurrence, overlay, kind }: AlarmTransition): string =>
  `${kind} ${event} ${from === to ? to : `${from}>${to}`} #${occurrence}${overlay === 'none' ? '' : ` (${overlay})`}`;

function act(plant: Plant, [word = '', ...rest]: string[]): string[] {
  const [first = ''] = rest;
  const alarm = plant.definitions[0]?.id ?? alarmId('none');
  const told = (transitions: readonly AlarmTransition[]): string[] => transitions.map(show);
  switch (word) {
    case 'bad':
      return told(plant.sample(Number(first), bad('sensor-fault')));
    case 'uncertain':
      return told(plant.sample(Number(first), uncertain('stale')));
    case 'backfill':
      return told(plant.sample(Number(first), GOOD, { flags: Flag.backfilled }));
    case 'sim':
      return told(plant.sample(Number(first), GOOD, { flags: Flag.sim }));
    case 'target':
      return told(plant.sample(Number(first), GOOD, { of: pointId('T-2') }));
    case 'online':
    case 'offline':
    case 'degraded':
    case 'connecting':
    case 'stopped':
      return told(plant.status(word));
    case 'ack':
      return plant.answer(plant.engine.acknowledge(alarm, first));
    case 'shelve':
    case 'oneshot':
      return plant.answer(
        plant.engine.shelve(alarm, {
          by: 'Li',
          why: rest[1] ?? '',
          forMs: durationMs(first),
          isOneShot: word === 'oneshot',
        }),
      );
    case 'unshelve':
      return plant.answer(plant.engine.unshelve(alarm, 'Li'));
    case 'take-out':
      return plant.answer(plant.engine.removeFromService(alarm, 'Li', first));
    case 'bring-back':
      return plant.answer(plant.engine.returnToService(alarm, 'Li'));
    case 'reset':
      return plant.answer(plant.engine.reset(alarm, first));
    case 'restart':
      return told(plant.restart(first === '' ? 0 : durationMs(first)));
    case 'wall':
      plant.clock.stepWall((first.startsWith('-') ? -1 : 1) * durationMs(first.slice(1)));
      return [];
    case 'true':
    case 'false':
      return told(plant.sample(word === 'true'));
    default:
      if (Number.isNaN(Number(word))) throw new Error(`no such input: ${word}`);
      return told(plant.sample(Number(word)));
  }
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

function durationMs(text: string): number {
  const unit = units[text.at(-1) ?? ''];
  const count = Number(text.slice(0, -1));
  if (unit === undefined || Number.isNaN(count)) throw new Error(`no duration: ${text}`);
  return count * unit;
}
