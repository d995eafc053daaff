import type { PointId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { ChannelReader, RawValue } from './channel-reader.ts';
import type { Latches } from './latch-store.ts';
import { NOTHING_YET, type ChannelMemory } from './memory.ts';

/** A channel whose registers come in. */
export interface AssembledChannel {
  readonly id: string;
  readonly reader: ChannelReader;
  /** The point of each output that the site wants. */
  readonly points: ReadonlyMap<string, PointId>;
  /** For each of the reader's words, the point that reads it. */
  readonly parts: readonly PointId[];
}

interface Progress extends AssembledChannel {
  readonly raw: RawValue[];
  /** Which parts have come since the channel was last told. */
  readonly fresh: boolean[];
  missing: number;
  flags: number;
  memory: ChannelMemory;
}

const NOT_YET: RawValue = 0;

/**
 * Puts the registers of a cycle together. A channel is told when every one of its registers has come anew, so that a
 * value is never judged by the status of another cycle. Every cycle brings every register, or says why not; so a channel
 * is told once in every cycle.
 */
export class Assembler {
  readonly #users = new Map<PointId, { readonly channel: Progress; readonly index: number }[]>();

  readonly #channels: Progress[] = [];

  /** @param latches what the channels held when they were last read */
  constructor(channels: readonly AssembledChannel[], latches: Latches = {}) {
    for (const channel of channels) {
      const progress: Progress = {
        ...channel,
        raw: channel.parts.map(() => NOT_YET),
        fresh: channel.parts.map(() => false),
        missing: channel.parts.length,
        flags: 0,
        memory: { ...NOTHING_YET, peaks: latches[channel.id] ?? {} },
      };
      this.#channels.push(progress);
      for (const [index, part] of channel.parts.entries()) {
        const users = this.#users.get(part) ?? [];
        users.push({ channel: progress, index });
        this.#users.set(part, users);
      }
    }
  }

  /** What the channels hold now; those that hold nothing are left out. */
  get latches(): Latches {
    const holding = this.#channels.filter(({ memory }) => Object.keys(memory.peaks).length > 0);
    return Object.fromEntries(holding.map(({ id, memory }) => [id, memory.peaks]));
  }

  /** The samples of a batch as the site knows them: registers of channels become channels, all others stay. */
  take(samples: readonly Sample[], monotonicMs: number): readonly Sample[] {
    const told: Sample[] = [];
    for (const sample of samples) {
      const users = this.#users.get(sample.point);
      if (!users) told.push(sample);
      for (const { channel, index } of users ?? []) {
        channel.raw[index] = rawOf(sample);
        channel.flags |= sample.flags;
        if (channel.fresh[index] === true) continue;
        channel.fresh[index] = true;
        channel.missing -= 1;
        if (channel.missing === 0) told.push(...tell(channel, sample, monotonicMs));
      }
    }
    return told;
  }
}

function rawOf({ value, quality }: Sample): RawValue {
  if (quality.level !== 'good') return quality;
  return typeof value === 'number' ? value : Number(value === true);
}

function tell(channel: Progress, { sourceTime, receiveTime }: Sample, monotonicMs: number): readonly Sample[] {
  const { told, memory } = channel.reader.step(channel.raw, channel.memory, monotonicMs);
  const samples = [...told].flatMap(([output, { value, quality, flags }]) => {
    const point = channel.points.get(output);
    return point ? [{ point, value, quality, sourceTime, receiveTime, flags: flags | channel.flags }] : [];
  });
  channel.memory = memory;
  channel.flags = 0;
  channel.missing = channel.parts.length;
  channel.fresh.fill(false);
  return samples;
}
