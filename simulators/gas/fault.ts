import { alarmsOf, type Detector, type Panel } from './panel.ts';

/** What can be wrong with a gas panel, beside what is in the air. */
export type GasFault =
  /** The channel is inhibited and goes on showing its last value. */
  | { readonly kind: 'inhibit-frozen'; readonly channel: number; readonly shown: number }
  /** The device answers, but nothing in it lives. */
  | { readonly kind: 'heartbeat-stop' }
  /** More gas than the sensor can tell. */
  | { readonly kind: 'over-range'; readonly channel: number }
  /** The first alarm is held although the gas is gone. */
  | { readonly kind: 'latch'; readonly channel: number }
  | { readonly kind: 'absent'; readonly channel: number }
  | { readonly kind: 'sensor-fault'; readonly channel: number; readonly code: number }
  /** The panel has lost one detector, or its whole bus. */
  | { readonly kind: 'lost'; readonly channel: number }
  | { readonly kind: 'bus-down' }
  /** Firmware whose whole numbers have another scale than the manual's. */
  | { readonly kind: 'wrong-scale' };

/** The panel with a fault on top of what is true. */
export function withFault(panel: Panel, fault: GasFault): Panel {
  const change = (channel: number, to: (detector: Detector) => Partial<Detector>): Panel => ({
    ...panel,
    detectors: panel.detectors.map((detector, index) =>
      index === channel - 1 ? { ...detector, ...to(detector) } : detector,
    ),
  });
  switch (fault.kind) {
    case 'inhibit-frozen':
      return change(fault.channel, () => ({ mode: 'inhibit', frozen: fault.shown }));
    case 'over-range':
      return change(fault.channel, ({ range }) => ({ gas: range * 2 }));
    case 'latch':
      return change(fault.channel, (detector) => {
        const [, second, third] = alarmsOf(detector);
        return { latched: [true, second, third] };
      });
    case 'absent':
      return change(fault.channel, () => ({ isPresent: false, gas: 0 }));
    case 'sensor-fault':
      return change(fault.channel, () => ({ fault: fault.code }));
    case 'lost':
      return change(fault.channel, () => ({ isLost: true }));
    case 'bus-down':
      return { ...panel, isBusDown: true };
    case 'wrong-scale':
      return { ...panel, hasOtherScale: true };
    // Nothing in the registers: the device only stops counting.
    case 'heartbeat-stop':
      return panel;
    default:
      return panel;
  }
}
