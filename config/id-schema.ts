import { z } from 'zod';

/** Ids become parts of topics, file names and record identities: no spaces, slashes, quotes or MQTT wildcards. */
const anyId = (description: string, example: string) =>
  z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,127}$/u)
    .meta({ description, examples: [example] });

export const siteIdText = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
  .meta({
    description: 'site id: lower-case letters, digits and dashes; the first part of every record, never changed again',
    examples: ['h2o2-demo'],
  });

export const sourceIdText = anyId('source id: letters, digits and . _ : -', 'dcs');
/** Plants write tags such as `1#反应釜.温度` or `LT-101(A)`; a slash would blur the ids of their alarms. */
export const pointIdText = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._:#()（）[\]+&@-]{0,127}$/u)
  .meta({
    description: 'point id as the plant writes it: letters, digits and . _ : - # ( ) [ ] + & @, no spaces',
    examples: ['T-101.temperature'],
  });
export const receiverIdText = anyId('receiver id: letters, digits and . _ : -', 'park');
export const zoneIdText = anyId('zone id: letters, digits and . _ : -', 'tank-farm');

/** Text for people: one line, not empty. */
export const nameText = (description: string) =>
  z
    .string()
    .regex(/^[^\p{Cc}]{1,200}$/u)
    .meta({ description });
