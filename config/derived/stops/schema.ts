import { z } from 'zod';
import { stopKinds } from '#agent/model/stop.ts';
import { duration } from '../../duration.ts';
import { nameText, pointIdText, zoneIdText } from '../../id-schema.ts';
import { contact } from '../contact-schema.ts';
import { shownPoint } from '../shown-schema.ts';

const field = (description: string, name: string) =>
  z
    .string()
    .min(1)
    .max(64)
    .meta({ description, examples: [name] })
    .prefault(name);

/** One entry of `stops:`. */
export const stopSchema = z.strictObject({
  id: pointIdText.meta({ description: 'tag of the device or unit; its points begin with it', examples: ['TK-2101'] }),
  name: nameText('name for people; default the id').optional(),
  zone: zoneIdText.optional(),
  hazardSource: nameText('GB 18218 hazard source that it belongs to').optional(),
  device: z.string().min(1).max(128).meta({ description: 'as declarations name it; default the id' }).optional(),
  running: contact('on while it runs', 'P-101.running').optional(),
  points: z
    .array(pointIdText)
    .max(100)
    .meta({ description: 'it is heard while one of these is not bad', examples: [['TK-2101.level']] })
    .prefault([]),
  after: duration({ max: 3_600_000 })
    .meta({ description: 'time that it may stand still or be silent before that counts' })
    .prefault('60s'),
  fields: z
    .strictObject({
      device: field('field that names the device', 'equipCode'),
      from: field('field of the beginning', 'stopDate'),
      planned: field('field of the planned end', 'planEnableDate'),
      end: field('field of the end', 'enableDate'),
      kind: field('field of the kind', 'stopType'),
    })
    .meta({ description: 'fields of the records of register stop-record, as the feed relays them' })
    .prefault({}),
  kinds: z
    .record(z.string(), z.enum(stopKinds))
    .meta({ description: 'kinds by the words of the field; any other word is a stop', examples: [{ '2': 'start-up' }] })
    .prefault({}),
  undeclared: shownPoint(
    'point <id>.undeclared-stop: stands still or is silent and nobody declared it; alarm while true',
  ),
  overdue: shownPoint('point <id>.stop-overdue: the planned end has passed; alarm while true'),
  contradicted: shownPoint('point <id>.runs-though-stopped: it runs although it is declared stopped; alarm while true'),
});
