import { discrete, float32, holding, input, int16, wordOf, type Cell, type Encode } from './cells.ts';
import { alarmsOf, isOver, isUnder, shownBy, type Detector, type Panel } from './panel.ts';

const eachDetector = (panel: Panel, cells: (detector: Detector, index: number) => readonly Cell[]): readonly Cell[] =>
  panel.detectors.flatMap(cells);

/** Fifteen registers a channel from 30002; level in thousandths of the range; the status stands twice in its word. */
export const thousandthsOfRange: Encode = (panel) => [
  ...eachDetector(panel, (detector, index) => {
    const [a1, a2, a3] = alarmsOf(detector);
    const status = wordOf({
      0: a1,
      1: a2,
      2: a3,
      3: detector.fault > 0,
      5: detector.mode !== 'normal',
      6: isUnder(detector),
      7: isOver(detector),
    });
    const level = int16((shownBy(detector) * 1000) / detector.range);
    return [input(1 + 15 * index, level, detector.range, 1, 0, status | (status << 8), ...Array<number>(10).fill(0))];
  }),
  input(241, panel.isBusDown ? 1 : 0),
];

/** The animation number of a channel: 0 normal, 4 and 5 alarms, 7 fault, 8 inhibit, from 11 on no data. */
function animationOf(detector: Detector, panel: Panel): number {
  if (panel.isBusDown || detector.isLost || !detector.isPresent) return 11;
  if (detector.fault > 0) return 7;
  if (detector.mode === 'inhibit') return 8;
  const [a1, a2] = alarmsOf(detector);
  return a2 ? 5 : a1 ? 4 : 0;
}

/**
 * Sixteen status bits a channel, whole numbers, an animation number and floating point, each in a table of its own. Two
 * firmwares write the whole numbers on two scales: tenths of the unit, or thousandths of full scale.
 */
export const statusBitTables: Encode = (panel) =>
  eachDetector(panel, (detector, index) => {
    const [a1, a2, a3] = alarmsOf(detector);
    const bit = (isSet: boolean): number => (isSet ? 1 : 0);
    const isSilent = animationOf(detector, panel) >= 11;
    const shown = shownBy(detector);
    const count = panel.hasOtherScale ? (shown * 1000) / detector.range : shown * 10;
    return [
      input(index, int16(count)),
      input(64 + index, animationOf(detector, panel)),
      input(128 + 2 * index, ...float32(shown)),
      discrete(
        16 * index,
        0,
        0,
        0,
        bit(a3),
        bit(a2),
        bit(a1),
        bit(detector.mode === 'inhibit'),
        bit(detector.fault > 0),
        bit(isSilent),
        1,
        0,
        0,
        0,
        0,
        0,
        0,
      ),
    ];
  });

/** Tables of floats, state words and channel types; a state word has bits for present and for the age of the data. */
export const agedTables: Encode = (panel) =>
  eachDetector(panel, (detector, index) => {
    const state = wordOf({
      0: true,
      1: detector.mode === 'calibration',
      2: detector.mode === 'inhibit',
      3: detector.isPresent,
      4: !detector.isLost && !panel.isBusDown,
      5: true,
    });
    return [
      input(0x332c + 2 * index, ...float32(shownBy(detector))),
      input(0x2710 + index, state),
      input(0x2d50 + index, detector.isPresent ? 1 : 0),
    ];
  });

/** Ten registers a channel from 2999, tenths; the inhibit in the fifth. */
export const tenRegisterBlocks: Encode = (panel) =>
  eachDetector(panel, (detector, index) => [
    holding(
      2999 + 10 * index,
      int16(shownBy(detector) * 10),
      detector.fault,
      0,
      0,
      detector.mode === 'inhibit' ? 1 : 0,
      ...Array<number>(5).fill(0),
    ),
  ]);

/** Status and density in turn from 0x0101; the panel's own word at 0x0297. Bits counted from the most significant. */
export const probesInTurn: Encode = (panel) => {
  const msb = (...bits: readonly (number | false)[]): number =>
    bits.reduce<number>((word, bit) => (bit === false ? word : word | (0x8000 >> bit)), 0);
  const system = msb(
    panel.detectors.some(({ mode }) => mode === 'inhibit') && 9,
    panel.detectors.some((detector) => alarmsOf(detector)[1]) && 11,
    panel.detectors.some((detector) => alarmsOf(detector)[0]) && 12,
    panel.detectors.some(({ fault }) => fault > 0) && 13,
  );
  return [
    ...eachDetector(panel, (detector, index) => {
      const [a1, a2] = alarmsOf(detector);
      const isLost = detector.isLost || panel.isBusDown;
      const status = msb(isLost && 3, detector.fault > 0 && 4, a2 && 6, a1 && 7, detector.mode === 'inhibit' && 8);
      return [holding(0x0101 + 2 * index, status, int16(shownBy(detector) * 10))];
    }),
    holding(0x0292, panel.detectors.length),
    holding(0x0297, system),
  ];
};
