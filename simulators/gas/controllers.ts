import { input, int16, wordOf, type Encode } from './cells.ts';
import { alarmsOf, isOver, isUnder, shownBy } from './panel.ts';

/** Fifteen registers a channel from 30002; level in thousandths of the range; the status stands twice in its word. */
export const rackGateway15: Encode = ({ detectors, isBusDown }) => [
  ...detectors.flatMap((detector, index) => {
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
    return input(1 + 15 * index, level, detector.range, 1, 0, status | (status << 8), ...Array<number>(10).fill(0));
  }),
  input(241, isBusDown ? 1 : 0),
];
