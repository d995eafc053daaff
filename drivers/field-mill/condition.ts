import type { IntervalSummary } from './interval.ts';

/** Above this share of damaged lines the line itself needs attention. */
const DAMAGED_SHARE = 0.05;

/** What is wrong, in words that stay the same while it does; empty when nothing is. */
export function troubleOf(summary: IntervalSummary): string {
  const { sentences, damaged, hasBytes, hasFault, stuck, last } = summary;
  if (sentences === 0)
    return hasBytes
      ? 'bytes arrive, but none of them make a sentence; check that the line runs at 19200 8N1 and that this is a field mill'
      : 'connected, but the mill says nothing';
  return [
    hasFault ? 'the mill reports a fault of its own (fault digit); look at rotor, motor and power' : '',
    stuck === 'same'
      ? `the reading ${signed(last?.field)} kV/m repeats itself to the last digit; the sensor is stuck`
      : '',
    stuck === 'flat' ? 'the field has stayed at zero; the rotor may stand still or be covered' : '',
    damaged > (sentences + damaged) * DAMAGED_SHARE ? 'lines arrive damaged; check cable, earthing and baud rate' : '',
  ]
    .filter(Boolean)
    .join('; ');
}

const signed = (field = 0): string => `${field < 0 ? '−' : '+'}${Math.abs(field).toFixed(2)}`;
