import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { lineTransport } from '../serial-line/line-transport.ts';

export const optionsSchema = z.strictObject({
  transport: lineTransport({ baudRate: 19_200 }),
  interval: duration({ min: 200, max: 60_000 }).prefault('1s').meta({
    description: 'Time between two samples; extremes and jumps within it are kept',
  }),
  silence: duration({ min: 500, max: 60_000 }).prefault('3s').meta({
    description: 'So long without a byte, and the connection counts as lost. The mill talks twenty times a second',
  }),
  jump: z
    .strictObject({
      step: z.number().min(0.05).max(40).default(0.5).meta({ description: 'Smallest change that is a jump, kV/m' }),
      within: duration({ min: 100, max: 10_000 })
        .prefault('250ms')
        .meta({ description: 'Time in which it must happen; the recovery from a flash is slower' }),
    })
    .prefault({})
    .meta({ description: 'What counts as the jump that a flash leaves in the field' }),
  stuck: z
    .strictObject({
      same: duration({ min: 1000, max: 86_400_000 }).prefault('2m').meta({
        description: 'Identical readings for so long: the output is frozen',
      }),
      flat: duration({ min: 1000, max: 86_400_000 }).prefault('10m').meta({
        description: 'Readings about zero for so long: the rotor stands',
      }),
      flatWithin: z.number().min(0).max(1).default(0.02).meta({ description: 'How far about zero, kV/m' }),
    })
    .prefault({})
    .meta({ description: 'When a mill that goes on talking counts as stuck' }),
});

export type FieldMillOptions = z.output<typeof optionsSchema>;
