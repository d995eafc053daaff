import { z } from 'zod';
import { zoneId } from '#agent/model/ids.ts';
import { permitStates, workKinds } from '#agent/model/permit.ts';
import type { GasReading, GasTest, PermitFact, PermitPerson } from '#agent/model/permit.ts';
import { expression } from '#config/expression.ts';
import type { Expression } from '#config/expression.ts';
import { toldTime } from '../locating/told-time.ts';
import { RecordReader, RecordRefused } from './record-reader.ts';

const roles = ['applicant', 'worker', 'guardian', 'approver', 'analyst'] as const;
const units = ['%VOL', '%LEL', 'ppm', 'mg/m3'] as const;
const wordsOf = <const Words extends readonly [string, ...string[]]>(words: Words, description: string) =>
  z
    .record(z.string(), z.enum(words))
    .meta({ description: `${description}; a word that is not here refuses the record` });

const readingsSchema = z.strictObject({
  each: expression('The list of readings of a test; absent, the test is one reading').optional(),
  gas: expression('Name of the gas'),
  value: expression('Its concentration'),
  unit: expression('Its unit'),
  units: wordsOf(units, 'Units by the words of the system').optional(),
});

/** How permits are read out of an answer. */
export const permitMappingSchema = z
  .strictObject({
    each: expression('The list of permits; absent, the answer is a list', 'data.rows').optional(),
    when: expression('Only records for which this is true', "type == 'ticket'").optional(),
    id: expression('Id of the permit', 'id'),
    version: expression('Number that rises with each change, deletion too; never the date of creation', 'seq'),
    deleted: expression('True where it is deleted: true, 1', 'deleted').optional(),
    changed: expression('When it changed; default is the time of arrival').optional(),
    work: expression('Kind of work', 'ticketType'),
    works: wordsOf(workKinds, 'Kinds of work by the words of the system'),
    grade: expression('Grade').optional(),
    grades: z
      .record(z.string(), z.int().min(0).max(9))
      .optional()
      .meta({ description: 'Grades by the words of the system; 0 is special' }),
    state: expression('Where it stands', 'ticketStatus'),
    states: wordsOf(permitStates, 'States by the words of the system'),
    validFrom: expression('Begin of validity', 'planStartTime'),
    validTo: expression('End of validity', 'planEndTime'),
    zone: expression('Zone', 'workAreaCode').optional(),
    zones: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'Zones of the site by the words of the system' }),
    place: expression('Place, for people').optional(),
    content: expression('What is done, for people').optional(),
    contractor: expression('Contractor').optional(),
    people: z
      .array(
        z.strictObject({
          each: expression('A list of ids, or one').meta({ description: 'Ids of people: a list, or one' }),
          role: z.enum(roles).meta({ description: 'What they are' }),
        }),
      )
      .max(20)
      .default([])
      .meta({ description: 'People by role' }),
    gasTests: z
      .strictObject({
        each: expression('The list of tests'),
        time: expression('When the sample was taken'),
        place: expression('Where').optional(),
        readings: readingsSchema.meta({ description: 'What was measured' }),
      })
      .optional()
      .meta({ description: 'Gas tests' }),
    gases: expression('List of the gases that must be tested').optional(),
    cameras: expression('List of the cameras that watch').optional(),
    mostPeople: expression('Most people in the zone').optional(),
    height: expression('Work at height: how high, m').optional(),
    mass: expression('Lifting: how heavy, t').optional(),
    plates: expression('Blind plate work: how many plates, or their list').optional(),
    serves: expression('Temporary power: ids of the permits that it serves, one or a list').optional(),
    lon: expression('Longitude of the place, degrees, CGCS2000 or WGS84').optional(),
    lat: expression('Latitude of the place').optional(),
  })
  .meta({ description: 'How permits are read' });

type PermitMapping = z.output<typeof permitMappingSchema>;

/** Of the moment of arrival. */
export interface Arrival {
  readonly receiveTime: number;
  readonly zone: string | undefined;
  readonly flags: number;
}

/** One permit. Throws {@link RecordRefused}. */
export function permitOf(mapping: PermitMapping, record: unknown, arrival: Arrival): PermitFact {
  const { receiveTime, zone: offset, flags } = arrival;
  const read = new RecordReader(record, offset);
  const grade = gradeOf(mapping, read);
  const zone = read.optionalText(mapping.zone);
  const mostPeople = read.optionalNumber('mostPeople', mapping.mostPeople);
  const [place, content, contractor] = [mapping.place, mapping.content, mapping.contractor].map((one) =>
    read.optionalText(one),
  );
  const told = toldTime(read.optionalTime('changed', mapping.changed), receiveTime);
  const [validFrom, validTo] = [read.time('validFrom', mapping.validFrom), read.time('validTo', mapping.validTo)];
  if (validTo < validFrom) throw new RecordRefused('it ends before it begins');
  return {
    kind: 'permit',
    id: read.text('id', mapping.id),
    version: read.version(mapping.version),
    isDeleted: read.truth('deleted', mapping.deleted),
    work: read.word('work', mapping.work, mapping.works),
    ...(grade !== undefined && { grade }),
    state: read.word('state', mapping.state, mapping.states),
    validFrom,
    validTo,
    ...(zone !== undefined && {
      zone: zoneId(mapping.zones ? read.word('zone', mapping.zone ?? mapping.id, mapping.zones) : zone),
    }),
    ...(place !== undefined && { place }),
    ...(content !== undefined && { content }),
    ...(contractor !== undefined && { contractor }),
    people: mapping.people.flatMap((one) => peopleOf(one, read)),
    gasTests: gasTestsOf(mapping, read, offset),
    gases: read.texts('gases', mapping.gases),
    cameras: read.texts('cameras', mapping.cameras),
    ...(mostPeople !== undefined && { mostPeople }),
    ...sizesOf(mapping, read),
    sourceTime: told.sourceTime,
    receiveTime,
    flags: flags | told.flags,
  };
}

/** What the standard measures a kind of work by, and where it is. */
function sizesOf(
  { height, mass, plates, serves, lon, lat }: PermitMapping,
  read: RecordReader,
): Pick<PermitFact, 'heightM' | 'massT' | 'plates' | 'serves' | 'position'> {
  const size = (name: string, expression: Expression | undefined): number | undefined => {
    const value = read.optionalNumber(name, expression);
    if (value !== undefined && value < 0) throw new RecordRefused(`${name} is ${value}`);
    return value;
  };
  const [heightM, massT] = [size('height', height), size('mass', mass)];
  const count = Array.isArray(read.of(plates)) ? read.list('plates', plates).length : size('plates', plates);
  const place = { lon: read.optionalNumber('lon', lon), lat: read.optionalNumber('lat', lat) };
  return {
    ...(heightM !== undefined && { heightM }),
    ...(massT !== undefined && { massT }),
    ...(count !== undefined && { plates: count }),
    ...(serves && { serves: read.oneOrTexts('serves', serves) }),
    ...positionOf(place),
  };
}

function positionOf({
  lon,
  lat,
}: {
  readonly lon: number | undefined;
  readonly lat: number | undefined;
}): Pick<PermitFact, 'position'> {
  if (lon === undefined || lat === undefined) return {};
  if (Math.abs(lon) > 180 || Math.abs(lat) > 90) throw new RecordRefused(`${lon}, ${lat} is no place on earth`);
  // Systems write zeros where nothing was entered.
  return lon === 0 && lat === 0 ? {} : { position: { lon, lat } };
}

function gradeOf({ grade, grades }: PermitMapping, read: RecordReader): number | undefined {
  if (!grade || read.optionalText(grade) === undefined) return undefined;
  if (grades) return read.word('grade', grade, grades);
  const number = read.optionalNumber('grade', grade);
  if (number !== undefined && !(Number.isInteger(number) && number >= 0)) throw new RecordRefused(`grade is ${number}`);
  return number;
}

function peopleOf({ each, role }: PermitMapping['people'][number], read: RecordReader): readonly PermitPerson[] {
  return read.oneOrTexts('people', each).map((person) => ({ person, role }));
}

function gasTestsOf({ gasTests }: PermitMapping, read: RecordReader, offset: string | undefined): readonly GasTest[] {
  if (!gasTests) return [];
  return read.list('gasTests', gasTests.each).map((one): GasTest => {
    const test = new RecordReader(one, offset);
    const place = test.optionalText(gasTests.place);
    const { each, ...rest } = gasTests.readings;
    const readings = each ? test.list('readings', each) : [one];
    return {
      time: test.time('time of the gas test', gasTests.time),
      ...(place !== undefined && { place }),
      readings: readings.map((reading) => readingOf(rest, new RecordReader(reading, offset))),
    };
  });
}

const ownUnits: Readonly<Record<string, (typeof units)[number]>> = Object.fromEntries(
  units.map((unit) => [unit, unit]),
);

function readingOf(mapping: Omit<z.output<typeof readingsSchema>, 'each'>, read: RecordReader): GasReading {
  const value = read.optionalNumber('value of the gas', mapping.value);
  if (value === undefined) throw new RecordRefused('a gas reading has no value');
  return {
    gas: read.text('gas', mapping.gas),
    value,
    unit: read.word('unit of the gas', mapping.unit, mapping.units ?? ownUnits),
  };
}
