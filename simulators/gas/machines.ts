import { discrete, float32, holding, int16, uint32, wordOf, type Encode } from './cells.ts';
import { alarmsOf } from './panel.ts';

/*
 * Devices that are no gas panels and yet the same to look at: a number, two alarms, a fault, an inhibit. `gas` stands for
 * what they measure.
 */

/** Values as counts of the range (0 to 32,768) from 40001, status words from 40101; a warm-up is a run-up. */
export const rack: Encode = ({ detectors }) =>
  detectors.flatMap((channel, index) => {
    const [alert, danger] = alarmsOf(channel);
    const status = wordOf({
      0: channel.fault > 0,
      1: alert,
      2: danger,
      3: channel.mode === 'inhibit',
      4: channel.mode === 'warm-up',
    });
    return [
      holding(index, Math.min(0xffff, Math.round((channel.gas / channel.range) * 32_768))),
      holding(100 + index, status),
    ];
  });

/** Eight registers a sensor; the counter moves when a measurement has come. */
export const wirelessSensors: Encode = ({ detectors, heartbeat }) =>
  detectors.map((sensor, index) =>
    holding(
      8 * index,
      int16(sensor.gas * 100),
      345,
      452,
      88,
      heartbeat,
      wordOf({ 0: sensor.isLost, 1: sensor.fault > 0 }),
      0,
      0,
    ),
  );

/** Field in hundredths of kV/m, a level from 0 to 3, and what is wrong with the instrument. */
export const fieldMill: Encode = ({ detectors }) => {
  const [mill] = detectors;
  if (!mill) return [];
  const level = alarmsOf({ ...mill, gas: Math.abs(mill.gas) }).filter(Boolean).length;
  const isStuck = mill.fault > 0;
  const status = wordOf({ 0: isStuck, 1: mill.mode === 'calibration', 2: Math.abs(mill.gas) > mill.range });
  return [holding(0, isStuck ? 0 : int16(mill.gas * 100), level, status)];
};

/** Phase, permissives, flow, loaded, preset and batch in twenty registers an arm; `gas` is the flow. */
export const loadingArm: Encode = ({ detectors }) =>
  detectors.map((arm, index) => {
    const isFaulty = arm.fault > 0;
    const phase = isFaulty ? 8 : arm.gas > 0 ? 5 : 0;
    const permissives = wordOf({ 0: !isFaulty, 1: true, 2: true, 3: true, 4: true });
    const numbers = [...float32(arm.gas), ...float32(12.5), ...float32(25), ...uint32(4711 + index)];
    return holding(20 * index, phase, permissives, ...numbers, ...Array<number>(10).fill(0));
  });

/** Sixteen signals a valve; `gas` 1 is open, 0 closed. */
export const valveSignals: Encode = ({ detectors }) =>
  detectors.map((valve, index) => {
    const isOpen = valve.gas > 0;
    const signals: Readonly<Record<number, boolean>> = {
      0: isOpen,
      1: isOpen,
      2: !isOpen,
      3: isOpen,
      5: true,
      8: valve.mode === 'inhibit',
      9: valve.fault > 0,
    };
    return discrete(16 * index, ...Array.from({ length: 16 }, (_, bit) => (signals[bit] === true ? 1 : 0)));
  });
