import type { PermitSystem } from '#simulators/permits/permit-system.ts';
import type { RegisterSystem } from '#simulators/registers/register-system.ts';
import { works } from '#test/agent/uplink/platform/day-site.ts';

/** Something that people do, at a minute of the day. */
export interface Deed {
  readonly minute: number;
  readonly act: () => void;
}

/** What people with tags do: `sos` of a zone is raised or cleared. */
export type Person = (point: 'tank-farm.sos' | 'tank-farm.motionless', isRaised: boolean) => void;

export interface DaySystems {
  readonly registers: RegisterSystem;
  readonly permits: PermitSystem;
  readonly person: Person;
  readonly now: () => number;
}

const HOUR = 60;
const HAZARD = '370600001001';
/** The unit whose owner the platform does not know until three in the morning. */
export const STRANGE_UNIT = 'U-LOAD';
/** A record over which the platform chokes between four and five in the afternoon. */
export const CHOKING_RECORD = 'R-T-U-HYDRO-1-1-16';
/** The first hot work of the day, which the platform refuses until somebody there enters its number. */
export const UNKNOWN_TICKET = { number: '' };

/** Everything that happens at the site between midnight and midnight, in order. */
export function workingDay(systems: DaySystems): readonly Deed[] {
  const deeds = [
    ...chains(systems),
    ...inspections(systems),
    ...dangers(systems),
    ...declarations(systems),
    ...tickets(systems),
    ...people(systems),
  ];
  return deeds.toSorted((one, other) => one.minute - other.minute);
}

const units = { 'U-HYDRO': '氢化单元', 'U-OXID': '氧化单元', 'U-EXTR': '萃取单元' };
const tasks = ['T-DYKE', 'T-ARM', ...Object.keys(units).flatMap((unit) => [1, 2].map((n) => `T-${unit}-${n}-1`))];

/** Three units with their events, measures and tasks before one; a fourth whose children are told two hours before it. */
function chains({ registers }: DaySystems): Deed[] {
  const chain = (unit: string, name: string): void => {
    registers.put({
      table: 'risk_unit',
      id: unit,
      parent: HAZARD,
      fields: {
        hazardCode: HAZARD,
        hazardDep: '生产车间',
        hazardLiablePerson: '李娜',
        riskUnitName: name,
      },
    });
    for (const n of [1, 2]) branch(registers, unit, n);
  };
  return [
    ...Object.entries(units).map(([unit, name], index) => ({ minute: 5 + index, act: () => chain(unit, name) })),
    { minute: 4 * HOUR, act: () => branch(registers, 'U-LATE', 1) },
    {
      minute: 6 * HOUR,
      act: () =>
        registers.put({
          table: 'risk_unit',
          id: 'U-LATE',
          parent: HAZARD,
          fields: { hazardCode: HAZARD, hazardDep: '生产车间', riskUnitName: '浓缩单元' },
        }),
    },
    { minute: 3 * HOUR, act: () => registers.change('risk_unit', STRANGE_UNIT, { hazardLiablePerson: '陈静' }) },
    ...Object.keys(units).map((unit, index) => ({
      minute: 10 * HOUR + index,
      act: () => registers.change('risk_measure', `M-${unit}-1-1`, { riskMeasureDesc: '联锁每班试验一次' }),
    })),
    // A task with its records is given up in the evening, children first.
    {
      minute: 20 * HOUR + 35,
      act: () => {
        for (let hour = 1; hour <= 20; hour += 1) registers.delete('inspection_record', `R-T-U-EXTR-2-1-${hour}`);
        registers.delete('inspection_task', 'T-U-EXTR-2-1');
      },
    },
  ];
}

function branch(registers: RegisterSystem, unit: string, n: number): void {
  const [event, measure, task] = [`E-${unit}-${n}`, `M-${unit}-${n}-1`, `T-${unit}-${n}-1`];
  registers.put({ table: 'risk_event', id: event, parent: unit, fields: { riskEventName: `${unit} 超温 ${n}` } });
  registers.put({
    table: 'risk_measure',
    id: measure,
    parent: event,
    fields: {
      dataSrc: '2',
      riskMeasureDesc: '联锁完好',
      troubleshootContent: '检查联锁',
      classify1: '1',
      classify2: '1-4',
    },
  });
  const plan = { checkCycle: 1, checkCycleUnit: '天', workDayType: '0', workType: '0', taskNum: 1 };
  registers.put({
    table: 'inspection_task',
    id: task,
    parent: measure,
    fields: { troubleshootContent: '检查联锁', taskStartTime: '20261128000000', ...plan },
  });
}

/** Every task is inspected every hour; every fourth record is corrected ten minutes later, one of two hours' is withdrawn. */
function inspections({ registers, now }: DaySystems): Deed[] {
  return tasks.flatMap((task, index) =>
    Array.from({ length: 23 }, (_, before): Deed[] => {
      const hour = before + 1;
      const id = `R-${task}-${hour}`;
      const minute = hour * HOUR + index;
      // The task is given up at half past eight.
      if (task === 'T-U-EXTR-2-1' && hour > 20) return [];
      const fields = { checkTime: local(now() + minute * 60_000), mobileMe: '8600', isDefend: '1', checkStatus: '0' };
      const put = { minute, act: () => registers.put({ table: 'inspection_record', id, parent: task, fields }) };
      const correct = {
        minute: minute + 10,
        act: () => registers.change('inspection_record', id, { checkStatus: '1' }),
      };
      const withdraw = { minute: minute + 20, act: () => registers.delete('inspection_record', id) };
      const isWithdrawn = task === 'T-DYKE' && hour % 2 === 1;
      const isCorrected = (hour + index) % 4 === 0 || id === CHOKING_RECORD;
      return [
        put,
        ...(isCorrected ? [{ ...correct, minute: minute + (id === CHOKING_RECORD ? 70 : 10) }] : []),
        ...(isWithdrawn ? [withdraw] : []),
      ];
    }).flat(),
  );
}

/** A danger every two hours, put right and accepted; that of ten is entered under another company's code. */
function dangers({ registers, now }: DaySystems): Deed[] {
  return [2, 4, 6, 8, 10, 12, 14, 16].flatMap((hour): Deed[] => {
    const id = `D-${hour}`;
    const task = tasks[(hour / 2) % 5] ?? 'T-DYKE';
    const minute = hour * HOUR + 40;
    const at = (later: number): string => local(now() + (minute + later) * 60_000);
    const fields = {
      dangerName: `法兰渗漏 ${hour}`,
      dangerLevel: '1',
      hazardCode: hour === 10 ? '999999999001' : HAZARD,
      dangerManageDeadline: at(24 * HOUR),
      registTime: at(0),
      registrant: '李强',
      dangerSrc: '1',
      dangerManageType: '1',
      hazardDangerType: '7',
      dangerState: '0',
      riskMeasureId: task.replace(/^T-/, 'M-'),
      checkRecordId: `R-${task}-${hour}`,
    };
    const more = task.startsWith('T-U-') ? fields : { ...fields, riskMeasureId: task === 'T-ARM' ? 'M-ARM' : 'M-DYKE' };
    const put = { minute, act: () => registers.put({ table: 'hidden_danger', id, fields: more }) };
    const change = (later: number, changed: Readonly<Record<string, string>>): Deed => ({
      minute: minute + later,
      act: () => registers.change('hidden_danger', id, changed),
    });
    return [
      put,
      ...(hour === 10 ? [change(70, { hazardCode: HAZARD })] : []),
      change(120, { dangerState: '1', liablePerson: '王磊' }),
      change(240, { dangerState: '9', checkAcceptPerson: '王磊', checkAcceptTime: at(240) }),
    ];
  });
}

/** The day's commitment, corrected half an hour later, and a stop of two units that ends. */
function declarations({ registers, now }: DaySystems): Deed[] {
  const at = (minute: number): string => local(now() + minute * 60_000);
  const promise = {
    unitsNumber: 5,
    runNumber: 5,
    firesNumber: 4,
    riskGrade: '1',
    commitDate: at(8 * HOUR),
    commitment: '赵强',
  };
  const stop = (unit: string, hour: number): Deed[] => [
    {
      minute: hour * HOUR,
      act: () =>
        registers.put({
          table: 'stop_record',
          id: `S-${unit}`,
          fields: { riskUnitId: unit, stopStartTime: at(hour * HOUR), stopReason: '检修' },
        }),
    },
    {
      minute: (hour + 5) * HOUR,
      act: () => registers.change('stop_record', `S-${unit}`, { stopEndTime: at((hour + 5) * HOUR) }),
    },
  ];
  return [
    { minute: 8 * HOUR, act: () => registers.put({ table: 'safety_commitment', id: 'C-20261128', fields: promise }) },
    {
      minute: 8 * HOUR + 30,
      act: () => registers.change('safety_commitment', 'C-20261128', { firesNumber: 5 }),
    },
    ...stop('U-OXID', 9),
    ...stop('U-EXTR', 11),
  ];
}

/** Three of each kind of work in the day: gas tests, an interruption, an end; some are called off, one was a mistake. */
function tickets({ permits }: DaySystems): Deed[] {
  return Object.keys(works).flatMap((ticketType, kind) =>
    [0, 1, 2].flatMap((round): Deed[] => {
      const minute = (8 + 3 * round) * HOUR + 7 * kind;
      let id = '';
      const create = (): void => {
        id = permits.create({ ticketType });
        if (kind === 0 && round === 2) UNKNOWN_TICKET.number = id;
      };
      const at = (later: number, act: () => void): Deed => ({ minute: minute + later, act });
      const test = (value: number) => () => permits.gasTest(id, value, '%LEL', '氢气');
      if (round === 1 && kind % 3 === 0) return [at(0, create), at(20, () => permits.cancel(id))];
      if (round === 1 && kind === 4) return [at(0, create), at(15, () => permits.delete(id))];
      return [
        at(0, create),
        at(10, test(0)),
        at(15, () => permits.begin(id)),
        at(45, test(1)),
        at(60, () => permits.suspend(id)),
        at(75, test(0)),
        at(80, () => permits.begin(id)),
        at(150, () => permits.finish(id)),
      ];
    }),
  );
}

function people({ person }: DaySystems): Deed[] {
  const call = (minute: number, point: Parameters<Person>[0], lasts: number): Deed[] => [
    { minute, act: () => person(point, true) },
    { minute: minute + lasts, act: () => person(point, false) },
  ];
  return [
    ...call(2 * HOUR + 11, 'tank-farm.motionless', 9),
    ...call(6 * HOUR + 20, 'tank-farm.sos', 30),
    ...call(14 * HOUR + 3, 'tank-farm.sos', 6),
    ...call(23 * HOUR, 'tank-farm.motionless', 15),
  ];
}

/** `yyyyMMddHHmmss` in China. */
const local = (time: number): string =>
  new Date(time + 8 * 3_600_000).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
