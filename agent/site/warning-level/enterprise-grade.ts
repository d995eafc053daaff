import type { RegisterFact } from '#agent/model/register.ts';

/** The authority's grade of the enterprise as it was imported: shown beside the site's own colour, never computed. */
export interface EnterpriseGrade {
  readonly id: string;
  readonly version: number;
  readonly fields: RegisterFact['fields'];
  /** UTC ms at which the source says that it holds. */
  readonly since: number;
  readonly flags: number;
}

/** What an imported record makes of the grade that is known; undefined: it is gone. */
export function nextGrade(known: EnterpriseGrade | undefined, fact: RegisterFact): EnterpriseGrade | undefined {
  if (known && known.id === fact.id && fact.version < known.version) return known;
  if (fact.isDeleted) return known?.id === fact.id ? undefined : known;
  return { id: fact.id, version: fact.version, fields: fact.fields, since: fact.sourceTime, flags: fact.flags };
}

/** `grade orange, from 2026-05-01`: the fields as the authority's system names them. */
export const gradeText = ({ fields }: EnterpriseGrade): string =>
  Object.entries(fields)
    .slice(0, 6)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ');
