import type { z } from 'zod';
import { pointId } from '#agent/model/ids.ts';
import type { RegisterWatchDefinition } from '#agent/model/register-watch.ts';
import { checkEntry } from '../../check-entry.ts';
import { valueAt } from '../../place.ts';
import type { Entry } from '../../place.ts';
import { formOf } from '../../schema-shape.ts';
import { checkContacts } from '../check-contacts.ts';
import type { DerivedSection } from '../derived-section.ts';
import { REPEAT_MS, sitePoints } from '../site-points.ts';
import { registersSchema } from './schema.ts';
import { readShape } from './shape.ts';

type RegistersText = z.output<typeof registersSchema>;

const form = formOf(registersSchema);

const parts = {
  overdueInspections: ['overdue-inspections', '逾期巡检任务数'],
  openDangers: ['open-dangers', '未闭环隐患数'],
  majorDangers: ['major-dangers', '未闭环重大隐患数'],
  overdueDangers: ['overdue-dangers', '逾期未整改隐患数'],
  orphans: ['orphans', '缺少上级记录数'],
  refused: ['refused', '不合规记录数'],
  records: ['records', '记录数'],
} as const;
type Part = keyof typeof parts;
const partNames = Object.keys(parts) as Part[];

/** `registers:` */
export const registerSection: DerivedSection = {
  key: 'registers',
  noun: 'watch of registers',
  uniqueBecause: 'its points and its memory are named after it',
  description:
    'registers that people keep: dual prevention, permits, commitments, declared stops, as sources tell them; what is late',
  schema: registersSchema,
  read: (entry, reading) => {
    const text = checkEntry(form, entry, reading);
    if (!text) return undefined;
    const read = readShape(text.shape, entry.directory, reading);
    if ('fault' in read) {
      if (read.fault) reading.findings.errorAt(entry, ['shape'], read.fault);
      return undefined;
    }
    const { id, name, feed, grace } = text;
    const definition: RegisterWatchDefinition = {
      id: `registers/${id}`,
      name,
      ...(feed && { feed }),
      shape: read.shape,
      graceMs: grace,
      points: pointsBelow(id),
      repeatMs: REPEAT_MS,
    };
    return {
      entry,
      config: { kind: 'registers', definition },
      points: pointsOf(entry, text, definition),
      check: (known, findings) => checkContacts(entry, [[['feed'], feed]], known, findings),
    };
  },
  idsOf: ({ value }) => {
    const id = valueAt(value, ['id']);
    return typeof id === 'string' ? Object.values(pointsBelow(id)) : [];
  },
};

const pointsBelow = (id: string): RegisterWatchDefinition['points'] =>
  Object.fromEntries(
    partNames.map((part) => [part, pointId(`${id}.${parts[part][0]}`)]),
  ) as RegisterWatchDefinition['points'];

/** Alarms that come by themselves; a site may write its own. */
const alarms = (name: string): Partial<Record<Part, unknown>> => ({
  refused: {
    H: {
      setpoint: 1,
      deadband: 0,
      priority: 'low',
      message: { zh: `${name} 有不合规记录`, en: `${name}: records do not fit` },
    },
  },
  overdueDangers: {
    H: {
      setpoint: 1,
      deadband: 0,
      priority: 'medium',
      message: { zh: `${name} 隐患逾期未整改`, en: `${name}: danger past its deadline` },
    },
  },
});

function pointsOf(entry: Entry, text: RegistersText, { name, points }: RegisterWatchDefinition): readonly Entry[] {
  const { point } = sitePoints(entry, { ...text, name, safetyRole: 'none' });
  const own = alarms(name);
  return partNames.map((part) =>
    point(part, points[part], {
      kind: 'number',
      name: `${name} ${parts[part][1]}`,
      ...(own[part] !== undefined && { alarms: own[part] }),
    }),
  );
}
