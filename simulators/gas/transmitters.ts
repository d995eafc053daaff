import { float32, holding, input, int16, uint32, wordOf, type Cell, type Encode } from './cells.ts';
import { alarmsOf, quiet, shownBy, type Detector, type Panel } from './panel.ts';

/** A transmitter is a panel with one detector. */
const single =
  (cells: (detector: Detector, panel: Panel) => readonly Cell[]): Encode =>
  (panel) =>
    cells(panel.detectors[0] ?? quiet, panel);

const modes: Readonly<Record<Detector['mode'], number>> = { normal: 1, 'warm-up': 2, inhibit: 3, calibration: 12 };

/** Float, code, bits, mode from 40003 on; the fault in bit 5; faults told as 1100 + n. Latched alarms in 30016. */
export const codeAndModeAt3: Encode = single((detector) => {
  const [a1, a2] = alarmsOf(detector);
  const status = wordOf({ 0: a1, 1: a2, 5: detector.fault > 0 });
  const units = { 'mg/m3': 1, '%vol': 3, ppm: 4, '%LEL': 5 } as const;
  const latched = wordOf({ 0: detector.latched[0], 1: detector.latched[1] });
  return [
    holding(2, ...float32(shownBy(detector)), detector.fault > 0 ? 1100 + detector.fault : 0, status),
    holding(6, modes[detector.mode], 0, 0, 0, units[detector.unit]),
    input(15, ...uint32(latched)),
  ];
});

/** The same family a generation later: 100 registers further, the fault in bit 6, other unit codes, a heartbeat. */
export const codeAndModeAt103: Encode = single((detector, panel) => {
  const [a1, a2] = alarmsOf(detector);
  const status = wordOf({ 0: a1, 1: a2, 6: detector.fault > 0 });
  const units = { '%LEL': 1, 'mg/m3': 3, '%vol': 5, ppm: 6 } as const;
  return [
    holding(102, ...float32(shownBy(detector)), detector.fault > 0 ? 1200 + detector.fault : 0, status),
    holding(106, modes[detector.mode], panel.heartbeat, 0, 0, units[detector.unit]),
  ];
});

/** A float at 40507 and nothing else. */
export const floatAlone: Encode = single((detector) => [holding(506, ...float32(shownBy(detector)))]);

/** Currents in hundredths of a milliampere, one register a detector. `fault`, `calibration` are the maker's own currents. */
const currents =
  (own: { readonly fault: number; readonly calibration: number }): Encode =>
  ({ detectors }) =>
    detectors.map((detector, index) => input(index, int16(milliamperes(detector, own) * 100)));

function milliamperes(detector: Detector, own: { readonly fault: number; readonly calibration: number }): number {
  if (detector.fault > 0 || detector.isLost) return own.fault;
  if (detector.mode !== 'normal') return own.calibration;
  return Math.min(4 + (16 * detector.gas) / detector.range, 21);
}

export const loopWithMaintenance = currents({ fault: 1.2, calibration: 3.4 });
export const plainLoop = currents({ fault: 2, calibration: 4 });

/** General status at 40201, floats of three sensors from 40207, the alarms once for all of them. */
export const threeSensors: Encode = (panel) => {
  const any = (index: 0 | 1 | 2): boolean => panel.detectors.some((detector) => alarmsOf(detector)[index]);
  const calibrating = (index: number): boolean => panel.detectors[index]?.mode === 'calibration';
  const fault = Math.max(...panel.detectors.map((detector) => detector.fault));
  const status = wordOf({
    0: fault > 0,
    1: calibrating(0),
    2: calibrating(1),
    3: calibrating(2),
    4: panel.detectors.some(({ mode }) => mode === 'warm-up'),
    5: any(0),
    6: any(1),
    7: any(2),
  });
  return [
    holding(200, status, fault, 0, 0, 0, 0),
    ...panel.detectors.map((detector, index) => holding(206 + 2 * index, ...float32(shownBy(detector)))),
    holding(215, 0),
  ];
};

/** The output current as counts (200 a milliampere) in the first register, a mode word in the eighth. */
export const currentAndMode: Encode = single((detector) => {
  const [a1, a2] = alarmsOf(detector);
  const mode = wordOf({
    5: detector.fault > 0,
    6: a1,
    7: a2,
    8: detector.mode === 'warm-up',
    9: detector.mode === 'normal',
    12: detector.mode === 'calibration',
  });
  const current = detector.fault > 0 ? 0 : 4 + (16 * shownBy(detector)) / detector.range;
  return [holding(0, int16(current * 200)), holding(7, mode, (detector.fault << 8) | 95)];
});

/** Range, reading in tenths, two limits, and a status with relays that rest energised (1 and fault) or not (2). */
export const restingRelays: Encode = single((detector) => {
  const [a1, a2] = alarmsOf(detector);
  const status = wordOf({
    0: !a1,
    1: a2,
    2: detector.fault === 0,
    4: true,
    5: false,
    6: true,
    11: detector.mode === 'calibration',
  });
  const [low, high] = detector.limits;
  return [holding(0, detector.range, int16(shownBy(detector) * 10), low * 10, high * 10, status)];
});

/** Value, unit code and number of decimal places, each in its register. */
export const unitAndPrecision: Encode = single((detector) => {
  const units = { '%LEL': 0, ppm: 1, '%vol': 2, 'mg/m3': 3 } as const;
  return [holding(0, int16(shownBy(detector) * 10), units[detector.unit], 1)];
});

/** Whole part in the high byte, first decimal place in the low byte; the newer firmware counts tenths. */
export const packedDecimal: Encode = single((detector, panel) => {
  const tenths = Math.round(shownBy(detector) * 10);
  return [holding(1, panel.hasOtherScale ? tenths : (Math.floor(tenths / 10) << 8) | (tenths % 10))];
});
