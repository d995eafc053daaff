import { z } from 'zod';
import { duration } from '../../duration.ts';
import { nameText, pointIdText, zoneIdText } from '../../id-schema.ts';
import { contact } from '../contact-schema.ts';
import { shownPoint } from '../shown-schema.ts';

const values = z.array(z.union([z.number(), z.boolean(), z.string()])).min(1);

/** One entry of `fillings:`. */
export const fillingSchema = z.strictObject({
  id: pointIdText.meta({ description: 'tag of the filling arm; its points begin with it', examples: ['L-2201'] }),
  name: nameText('name for people; default the id').optional(),
  zone: zoneIdText.optional(),
  hazardSource: nameText('GB 18218 hazard source that it belongs to').optional(),
  phase: z
    .strictObject({
      point: pointIdText,
      flowing: values.meta({ description: 'values while product flows', examples: [[4, 5]] }),
      over: values.meta({ description: 'values at which a batch is over', examples: [[0, 7]] }),
    })
    .meta({ description: "the controller's phase" })
    .optional(),
  flow: z
    .strictObject({
      point: pointIdText,
      above: z.number().nonnegative().meta({ description: 'something flows above this' }).prefault(0.5),
    })
    .meta({ description: 'measured flow; it counts beside the phase' })
    .optional(),
  permissives: z
    .record(nameText('what it is, for people'), contact('on while it holds', 'L-2201.grounding'))
    .refine((given) => Object.keys(given).length > 0, 'no permissive is named')
    .meta({ description: 'what must hold while product flows, by name', examples: [{ 静电接地: 'L-2201.grounding' }] }),
  batch: pointIdText.meta({ description: "the controller's number of the present batch" }).optional(),
  loaded: pointIdText.meta({ description: 'quantity loaded in the present batch' }).optional(),
  preset: pointIdText.meta({ description: 'quantity that was asked for' }).optional(),
  rest: duration({ min: 1000, max: 3_600_000 })
    .meta({ description: 'without a phase a filling is over when nothing has flowed for so long' })
    .prefault('30s'),
  permissiveLost: shownPoint('point <id>.permissive-lost: product flows and a permissive is lost; alarm while true'),
  filling: shownPoint('point <id>.filling: a batch goes on'),
  lastLoaded: shownPoint('point <id>.last-loaded: quantity of the last batch'),
});
