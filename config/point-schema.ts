import { z } from 'zod';
import type { PointKind, SafetyRole } from '#agent/model/point.ts';
import { pointAlarms } from './alarm-schema.ts';
import { duration } from './duration.ts';
import { nameText, pointIdText, sourceIdText, zoneIdText } from './id-schema.ts';

export const pointKinds = [
  'temperature',
  'pressure',
  'level',
  'flow',
  'speed',
  'power',
  'vibration',
  'position',
  'concentration',
  'gas-combustible',
  'gas-toxic',
  'oxygen',
  'electric-field',
  'quantity',
  'number',
  'state',
  'text',
] as const satisfies readonly PointKind[];

const safetyRoles = [
  'none',
  'gas',
  'sis',
  'fire',
  'headcount',
  'major-hazard',
] as const satisfies readonly SafetyRole[];

/** One entry of `points:`. The address is checked by the schema of its source's kind. */
export const pointSchema = z.strictObject({
  id: pointIdText,
  source: sourceIdText.meta({ description: 'id of the source that reads it', examples: ['dcs'] }),
  address: z.unknown().meta({ description: 'where in the source it lives, as the kind of the source writes it' }),
  kind: z.enum(pointKinds).meta({ description: 'what is measured', examples: ['temperature'] }),
  name: nameText('name for people; default the id').optional(),
  unit: z
    .string()
    .max(32)
    .meta({ description: 'engineering unit', examples: ['°C', 'kPa', '%LEL'] })
    .optional(),
  range: z
    .strictObject({
      low: z.number().meta({ description: 'lowest value of the instrument, in the engineering unit', examples: [0] }),
      high: z
        .number()
        .meta({ description: 'highest value of the instrument, in the engineering unit', examples: [100] }),
    })
    .meta({ description: 'range of the instrument; what is outside is over-range or under-range' })
    .optional(),
  scale: z
    .strictObject({
      factor: z.number().meta({ description: 'raw value × factor + offset is the engineering value' }).prefault(1),
      offset: z.number().meta({ description: 'added after the factor' }).prefault(0),
    })
    .meta({ description: 'from raw to engineering units; default as read' })
    .optional(),
  staleAfter: duration({ min: 100 })
    .meta({ description: 'an older value is stale: uncertain first, never silently good' })
    .prefault('10s'),
  zone: zoneIdText.optional(),
  hazardSource: nameText('GB 18218 hazard source that the point belongs to').optional(),
  safetyRole: z
    .enum(safetyRoles)
    .meta({ description: 'alarms of a statutory role can not be delayed, shelved or suppressed; default none' })
    .prefault('none'),
  regulatorCode: nameText("the regulator's code of the point").optional(),
  states: z
    .record(z.string(), z.string())
    .meta({ description: 'texts of the values of a state point', examples: [{ 0: 'stopped', 1: 'running' }] })
    .optional(),
  alarms: pointAlarms.optional(),
});

/** A point as written, after its own schema and before anybody looked at its source. */
export type PointText = z.output<typeof pointSchema>;
