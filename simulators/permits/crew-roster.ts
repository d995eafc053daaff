import { readFileSync } from 'node:fs';

/** Who wears which tag of the plant's people, as such systems write it: their own words and codes. */
interface RosterRow {
  readonly staffCode: string;
  readonly personName: string;
  readonly personType: string;
  readonly affiliatedDepartment: string;
  /** Beyond 2^53: a number would lose it. */
  readonly cardNo: string;
  readonly accessZones: string;
}

const CREW = new URL('../../config/sites/demo/roster.csv', import.meta.url);
const types: Readonly<Record<string, string>> = { employee: '01', contractor: '02', visitor: '03', guardian: '01G' };

/** The same people whom the list beside the demo site names. */
export const crewCsv = (): string => readFileSync(CREW, 'utf8');

export const crewRoster = (): readonly RosterRow[] =>
  crewCsv()
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [id = '', name = '', role = '', company = '', tag = '', , , rights = ''] = line.split(',');
      return {
        staffCode: id,
        personName: name,
        personType: types[role] ?? role,
        affiliatedDepartment: company,
        cardNo: tag,
        accessZones: rights.trim(),
      };
    });
