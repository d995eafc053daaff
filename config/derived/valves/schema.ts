import { z } from 'zod';
import { duration } from '../../duration.ts';
import { nameText, pointIdText, zoneIdText } from '../../id-schema.ts';
import { contact } from '../contact-schema.ts';
import { shownPoint } from '../shown-schema.ts';

/** One entry of `valves:`. */
export const valveSchema = z.strictObject({
  id: pointIdText.meta({ description: 'tag of the valve; its points begin with it', examples: ['XV-101'] }),
  name: nameText('name for people; default the id').optional(),
  zone: zoneIdText.optional(),
  hazardSource: nameText('GB 18218 hazard source that the valve belongs to').optional(),
  open: contact('limit switch at the open end', 'XV-101.open'),
  closed: contact('limit switch at the closed end', 'XV-101.closed'),
  command: contact(
    'on while the valve is told to open; without it no discrepancy can be told',
    'XV-101.command-open',
  ).optional(),
  partialStroke: contact('on while a partial-stroke test runs', 'XV-101.partial-stroke').optional(),
  longestTest: duration({ min: 1000, max: 86_400_000 })
    .meta({ description: 'a partial-stroke test that lasts longer is told, and excuses nothing any more' })
    .prefault('10m'),
  stroke: duration({ min: 500, max: 3_600_000 })
    .meta({ description: 'full stroke as the maker gives it; half as much again is a fault' })
    .prefault('10s'),
  commandLag: duration({ max: 60_000 })
    .meta({ description: 'the command may be seen so much later than the move: they may be read in different cycles' })
    .prefault('1s'),
  state: shownPoint('point <id>.state: where it is; alarm on travel-fault and switch-fault'),
  discrepancy: shownPoint('point <id>.discrepancy: not where its command wants it; alarm while true'),
  uncommanded: shownPoint('point <id>.uncommanded: it left its place without a command; alarm while true'),
  testOverdue: shownPoint('point <id>.test-overdue: a partial-stroke test lasts too long; alarm while true'),
  strokeTime: shownPoint('point <id>.stroke-time: seconds of the last full stroke on command'),
});
