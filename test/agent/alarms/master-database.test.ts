import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { auditOfChanges } from '#agent/alarms/definition-changes.ts';
import { exportAlarms, importAlarms } from '#agent/alarms/master-database.ts';
import type { AlarmCondition, AlarmDefinition } from '#agent/model/alarm.ts';
import { alarmId, pointId, sourceId, zoneId } from '#agent/model/ids.ts';
import { define } from './timeline.ts';

const name = fc.string({ minLength: 1, unit: fc.constantFrom('T', '-', '1', '塔', ',', '"', '\n', ' x', '=') });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const size = number.map(Math.abs);
const ms = fc.nat({ max: 1e9 });
const text = fc.record({ zh: name, en: name });

const condition: fc.Arbitrary<AlarmCondition> = fc.oneof(
  fc.record({ kind: fc.constantFrom('HH', 'H', 'L', 'LL'), setpoint: number, deadband: size }),
  fc.record({
    kind: fc.constant('deviation'),
    target: fc.oneof(number, name.map(pointId)),
    setpoint: number,
    deadband: size,
  }),
  fc.record({
    kind: fc.constant('rate-of-change'),
    perSecond: size,
    windowMs: ms,
    direction: fc.constantFrom('rising', 'falling', 'both'),
    deadband: size,
  }),
  fc.record({
    kind: fc.constant('state'),
    values: fc.array(fc.oneof(number, fc.boolean(), name), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('bad-quality'), includeUncertain: fc.boolean() }),
);

const definition: fc.Arbitrary<AlarmDefinition> = fc.record(
  {
    id: name.map(alarmId),
    point: name.map(pointId),
    source: name.map(sourceId),
    condition,
    priority: fc.constantFrom('critical', 'high', 'medium', 'low'),
    onDelayMs: ms,
    offDelayMs: ms,
    latch: fc.boolean(),
    reAlarmMs: ms,
    group: name,
    safetyRole: fc.constant('none'),
    zone: name.map(zoneId),
    message: text,
    cause: text,
    consequence: text,
    response: text,
  },
  {
    requiredKeys: ['id', 'point', 'source', 'condition', 'priority', 'onDelayMs', 'offDelayMs', 'latch', 'safetyRole'],
  },
);

test('what is exported is imported again without loss', () => {
  const many = fc.uniqueArray(definition, { selector: ({ id }) => id, maxLength: 5 });
  fc.assert(
    fc.property(many, (definitions) => {
      expect(importAlarms(exportAlarms(definitions))).toEqual({ ok: true, definitions });
    }),
  );
});

const H = define({ message: { zh: '塔温高', en: 'tower hot, "very"' } });
const lost = define({ condition: { kind: 'communication' } });

test('the export opens in a spreadsheet: byte order mark, header, quoted texts', () => {
  const [header, row] = exportAlarms([H]).split('\r\n');
  expect(header?.startsWith('\uFEFFid,point,source,kind,setpoint,deadband,')).toBe(true);
  expect(row).toBe('T-1/H,T-1,plc,H,90,0,,,,,,,,high,0,0,false,,,none,,塔温高,"tower hot, ""very""",,,,,,');
});

test('a communication alarm needs no point', () => {
  expect(importAlarms(exportAlarms([lost]))).toEqual({ ok: true, definitions: [lost] });
});

test('every fault is told with line and column, and nothing of a faulty file is used', () => {
  const good = exportAlarms([H, define({ condition: { kind: 'HH', setpoint: 95, deadband: 1 } }), H, lost]);
  const broken = good
    .replace('T-1/H,T-1,plc,H,90,0', 'T-1/H,,plc,H,ninety,-1')
    .replace('HH,95,1,,,,,,,,high,0,0,false,,,none', 'HHH,95,1,,,,,,,,urgent,5,0,maybe,,,gas');
  expect(importAlarms(broken)).toEqual({
    ok: false,
    faults: [
      { line: 2, column: 'point', what: 'is empty' },
      { line: 2, column: 'setpoint', what: '"ninety" is not a number' },
      { line: 2, column: 'deadband', what: '-1 is below zero' },
      {
        line: 3,
        column: 'kind',
        what: '"HHH" is none of HH, H, L, LL, deviation, rate-of-change, state, bad-quality, communication',
      },
      { line: 3, column: 'onDelaySeconds', what: 'a gas alarm can have no on-delay' },
      { line: 3, column: 'priority', what: '"urgent" is none of critical, high, medium, low' },
      { line: 3, column: 'latch', what: '"maybe" is neither true nor false' },
      { line: 4, column: 'id', what: 'T-1/H stands in line 2 already' },
    ],
  });
});

test('an unknown or missing column, a torn line and an empty file are told', () => {
  expect(importAlarms(exportAlarms([H]).replace('deadband', 'dedband'))).toMatchObject({
    faults: [
      { line: 1, column: 'dedband', what: 'there is no such column' },
      { line: 1, column: 'deadband', what: 'this column is missing' },
    ],
  });
  expect(importAlarms(`${exportAlarms([H])}a,b\r\n`)).toMatchObject({ ok: false, faults: [{ line: 3 }] });
  expect(importAlarms('')).toEqual({ ok: false, faults: [{ line: 1, what: 'the file is empty' }] });
});

test('the audit tells each changed setting with old and new value, and what came and went', () => {
  const by = { who: 'Li Na', time: 1000 };
  const changed = define({ ...H, condition: { kind: 'H', setpoint: 95, deadband: 0 }, onDelayMs: 5000 });
  const [entry, added, removed, ...more] = auditOfChanges(
    [H, lost],
    [changed, define({ ...H, id: alarmId('new') })],
    by,
  );
  expect(entry).toEqual({
    ...by,
    action: 'alarm.changed',
    what: 'T-1/H',
    detail: { setpoint: '90 → 95', onDelaySeconds: '0 → 5' },
  });
  expect(added).toMatchObject({ action: 'alarm.added', what: 'new', detail: { setpoint: '90' } });
  expect(removed).toMatchObject({ action: 'alarm.removed', what: 'plc/communication' });
  expect(more).toEqual([]);
  expect(auditOfChanges([H, lost], [H, lost], by)).toEqual([]);
});
