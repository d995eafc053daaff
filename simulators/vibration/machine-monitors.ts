import { registerDevice } from '../device/register-device.ts';
import type { SimulatedDevice } from '../device/simulated-device.ts';
import { quiet, type Detector, type Panel } from '../gas/panel.ts';
import { rack, wirelessSensors } from '../gas/machines.ts';
import type { RunningPlant } from '../plant/running-plant.ts';
import { seededNoise } from '../plant/seeded-noise.ts';
import { vibrationFaultSchema, type VibrationFault } from './fault.ts';

/** Share of the housing's vibration at each of the four probes of C-1501. */
const probes = [1, 0.85, 0.7, 0.62] as const;
/** Velocity of P-1401A, P-1401B and P-2201 when they run, mm/s rms. */
const PUMP_VIBRATION = 1.8;
/** Plant seconds between two measurements of a wireless sensor. */
const MEASURES_EVERY = 600;

const noisy = (value: number, channel: number, plant: RunningPlant): number =>
  Math.max(0, value + 0.02 * seededNoise(1, 900 + channel, Math.round(plant.seconds * 4)));

const panelOf = (detectors: readonly Detector[], heartbeat = 0): Panel => ({
  detectors,
  heartbeat,
  isBusDown: false,
  hasOtherScale: false,
});

const withFaults = (channel: Detector, number: number, faults: readonly VibrationFault[]): Detector =>
  faults.reduce((shown: Detector, fault) => {
    if (!('channel' in fault) || fault.channel !== number) return shown;
    if (fault.kind === 'not-ok') return { ...shown, fault: 1 };
    if (fault.kind === 'out-of-reach') return { ...shown, isLost: true };
    return { ...shown, mode: 'inhibit', gas: fault.shown };
  }, channel);

/** Protection rack of compressor C-1501: four probes in mm/s of 25, Alert at 7.1 and Danger at 11.2. */
export const vibrationRack = (port: number): SimulatedDevice =>
  registerDevice({
    name: 'vibration',
    port,
    menu: vibrationFaultSchema,
    cells: (plant, faults) => {
      const { speed, vibration, isRunning } = plant.plant.compressor;
      const isRunUp = isRunning && speed > 0.05 && speed < 0.9;
      const channels = probes.map((share, index): Detector => ({
        ...quiet,
        range: 25,
        limits: [7.1, 11.2, Number.POSITIVE_INFINITY],
        mode: isRunUp ? 'warm-up' : 'normal',
        gas: noisy(vibration * share, index, plant),
      }));
      return rack(panelOf(channels.map((channel, index) => withFaults(channel, index + 1, faults))));
    },
  });

/** Gateway of battery sensors on three pumps. Each measures every ten minutes, and stays at that in between. */
export const wirelessGateway = (port: number): SimulatedDevice => {
  let measuredAt = Number.NEGATIVE_INFINITY;
  let counter = 0;
  let held: readonly number[] = [];
  return registerDevice({
    name: 'wireless',
    port,
    menu: vibrationFaultSchema,
    cells: (plant, faults) => {
      const isDue = plant.seconds - measuredAt >= MEASURES_EVERY || plant.seconds < measuredAt;
      const isAsleep = held.length > 0 && faults.some(({ kind }) => kind === 'asleep');
      if (isDue && !isAsleep) {
        const { pumpA, pumpB } = plant.plant.workingSolution;
        held = [pumpA, pumpB, plant.plant.loading.pump].map((speed, index) =>
          noisy(speed * PUMP_VIBRATION, 10 + index, plant),
        );
        measuredAt = plant.seconds;
        counter = (counter + 1) & 0xffff;
      }
      const sensors = held.map((gas, index) => withFaults({ ...quiet, gas }, index + 1, faults));
      return wirelessSensors(panelOf(sensors, counter));
    },
  });
};
