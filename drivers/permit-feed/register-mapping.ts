import { z } from 'zod';
import { registerKinds } from '#agent/model/register.ts';
import type { RegisterFact } from '#agent/model/register.ts';
import { expression } from '#config/expression.ts';
import { toldTime } from '../locating/told-time.ts';
import type { Arrival } from './permit-mapping.ts';
import { RecordReader, RecordRefused } from './record-reader.ts';

/** How records of one register are read out of an answer. */
export const registerMappingSchema = z
  .strictObject({
    register: z.enum(registerKinds).meta({ description: 'Which register' }),
    each: expression('The list of records; absent, the answer is a list').optional(),
    when: expression('Only records for which this is true').optional(),
    id: expression('Id of the record'),
    parent: expression('Id of its parent').optional(),
    version: expression('Number that rises with each change, deletion too; never the date of creation'),
    deleted: expression('True where it is deleted: true, 1').optional(),
    changed: expression('When it changed; default is the time of arrival').optional(),
    fields: expression('Object of the fields that are relayed', '{riskUnitName: name}'),
  })
  .meta({ description: 'How records of a register are read' });

type RegisterMapping = z.output<typeof registerMappingSchema>;

const fieldsSchema = z
  .record(z.string().max(64), z.union([z.string().max(4000), z.number(), z.boolean(), z.null()]))
  .refine((fields) => Object.keys(fields).length <= 100);

/** One record. Throws {@link RecordRefused}. */
export function registerOf(mapping: RegisterMapping, record: unknown, arrival: Arrival): RegisterFact {
  const { receiveTime, zone, flags } = arrival;
  const read = new RecordReader(record, zone);
  const fields = fieldsSchema.safeParse(read.of(mapping.fields));
  if (!fields.success) throw new RecordRefused(`fields (${mapping.fields.text}) are no flat object`);
  const parent = read.optionalText(mapping.parent);
  const told = toldTime(read.optionalTime('changed', mapping.changed), receiveTime);
  return {
    kind: 'register',
    register: mapping.register,
    id: read.text('id', mapping.id),
    ...(parent !== undefined && { parent }),
    version: read.version(mapping.version),
    isDeleted: read.truth('deleted', mapping.deleted),
    fields: fields.data,
    sourceTime: told.sourceTime,
    receiveTime,
    flags: flags | told.flags,
  };
}
