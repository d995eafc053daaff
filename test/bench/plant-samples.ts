import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { bad, GOOD, uncertain } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { RunningPlant } from '#simulators/plant/running-plant.ts';
import { plantTags } from '#simulators/plant/tags.ts';
import { random } from './mutation.ts';

/** Seconds of samples, one scan of all points a second. */
export type Scan = readonly Sample[];

const START = 1_790_000_000_000;
const wholePlant = plantTags.length;

/**
 * What a site of `points` points sends in `seconds` seconds: the process model as often as it takes, as instruments show
 * it. DCS values are 16-bit conversions scaled to 32-bit floats, stamped by the server when it sampled them; PLC values
 * are 27,648 counts scaled by the agent, stamped on arrival. One transmitter in a hundred is broken.
 */
export function plantScans(points: number, seconds: number): Scan[] {
  const plants = Array.from({ length: Math.ceil(points / wholePlant) }, (_, seed) => new RunningPlant(seed + 1));
  for (const plant of plants) for (let step = 0; step < 400; step++) plant.advance();
  return Array.from({ length: seconds }, (_, second) =>
    plants
      .flatMap((plant, unit) => {
        for (let step = 0; step < 4; step++) plant.advance();
        return plantTags.map((tag, n): Sample => {
          const { shown } = plant.show(tag.point);
          const sampled = START + second * 1000 + (tag.system === 'dcs' ? (n * 7) % 250 : 0);
          const received = START + second * 1000 + 260 + unit;
          return {
            point: pointId(`U${unit}.${tag.point}`),
            value: typeof shown === 'number' ? converted(shown, tag.system, tag.range) : shown,
            quality: qualityOf(unit * wholePlant + n, second),
            sourceTime: tag.system === 'dcs' ? sampled : received,
            receiveTime: received,
            flags: Flag.sim,
          };
        });
      })
      .slice(0, points),
  );
}

function converted(shown: number, system: 'dcs' | 'plc', range: readonly [number, number] = [0, 1000]): number {
  const [low, high] = range;
  const counts = system === 'dcs' ? 65_535 : 27_648;
  const raw = Math.round(((shown - low) / (high - low)) * counts);
  const value = raw * ((high - low) / counts) + low;
  return system === 'dcs' ? Math.fround(value) : value;
}

const qualityOf = (point: number, second: number) =>
  point % 100 === 7
    ? bad('sensor-fault', 0x80_8c_00_00)
    : point % 150 === 3 && second % 20 === 0
      ? uncertain('over-range')
      : GOOD;

/**
 * A random walk without any structure to find: `round` says how many bits of it an instrument would show. The same each
 * time, so that a receiver in another process knows what is to come.
 */
export function walkScans(points: number, seconds: number, round: (value: number) => number): Scan[] {
  const pick = random(1);
  const chance = (): number => pick(2 ** 32) / 2 ** 32;
  const values = Float64Array.from({ length: points }, () => 20 + 60 * chance());
  return Array.from({ length: seconds }, (_, second) =>
    Array.from({ length: points }, (_, n): Sample => {
      const value = (values[n] ?? 0) + (chance() + chance() + chance() - 1.5) * 0.1;
      values[n] = value;
      return {
        point: pointId(`W.${n}`),
        value: round(value),
        quality: GOOD,
        sourceTime: START + second * 1000 + pick(20),
        receiveTime: START + second * 1000 + 30,
        flags: 0,
      };
    }),
  );
}
