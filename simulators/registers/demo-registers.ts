/** One record as the simulated system keeps it. */
export interface RegisterRow {
  readonly table: string;
  readonly id: string;
  readonly parent?: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

const DAY_MS = 86_400_000;
const HAZARD = '370600001001';

/** What the demo site's dual prevention holds at `now`: one overdue inspection, one open danger past its deadline. */
export function demoRegisters(now: number): readonly RegisterRow[] {
  const day = (offset: number): string => `${local(now + offset * DAY_MS).slice(0, 8)}080000`;
  return [
    {
      table: 'risk_object',
      id: HAZARD,
      fields: { hazardName: '双氧水罐区', hazardCode: HAZARD, hazardLevel: '3', hazardDep: '储运车间' },
    },
    ...[
      ['U-TANK', '双氧水储罐单元'],
      ['U-LOAD', '装车单元'],
    ].map(([id = '', riskUnitName = '']) => ({
      table: 'risk_unit',
      id,
      parent: HAZARD,
      fields: { hazardCode: HAZARD, hazardDep: '储运车间', hazardLiablePerson: '张伟', riskUnitName },
    })),
    { table: 'risk_event', id: 'E-DECOMPOSE', parent: 'U-TANK', fields: { riskEventName: '双氧水分解超温' } },
    { table: 'risk_event', id: 'E-OVERFILL', parent: 'U-LOAD', fields: { riskEventName: '装车溢料' } },
    {
      table: 'risk_measure',
      id: 'M-TEMPERATURE',
      parent: 'E-DECOMPOSE',
      fields: { dataSrc: '1', riskMeasureDesc: '储罐温度高高联锁', classify1: '1', classify2: '1-4' },
    },
    {
      table: 'risk_measure',
      id: 'M-DYKE',
      parent: 'E-DECOMPOSE',
      fields: {
        dataSrc: '2',
        riskMeasureDesc: '围堰与应急喷淋完好',
        classify1: '4',
        classify2: '4-1',
        troubleshootContent: '检查围堰、喷淋阀状态',
      },
    },
    {
      table: 'risk_measure',
      id: 'M-ARM',
      parent: 'E-OVERFILL',
      fields: {
        dataSrc: '2',
        riskMeasureDesc: '鹤管防溢探头完好',
        classify1: '2',
        classify2: '2-1',
        troubleshootContent: '检查防溢探头',
      },
    },
    task('T-DYKE', 'M-DYKE', { troubleshootContent: '检查围堰、喷淋阀状态', taskStartTime: day(-3) }),
    task('T-ARM', 'M-ARM', { troubleshootContent: '检查防溢探头', taskStartTime: day(-1), checkCycle: 7 }),
    check('R-DYKE-1', 'T-DYKE', day(-2)),
    check('R-ARM-1', 'T-ARM', day(-1)),
    {
      table: 'hidden_danger',
      id: 'D-SPRAY',
      parent: 'R-DYKE-1',
      fields: {
        hazardCode: HAZARD,
        riskMeasureId: 'M-DYKE',
        checkRecordId: 'R-DYKE-1',
        dangerName: '喷淋阀渗漏',
        dangerLevel: '1',
        registTime: day(-2),
        registrant: '李强',
        dangerSrc: '1',
        dangerManageType: '1',
        hazardDangerType: '7',
        dangerDesc: '2# 储罐喷淋阀法兰渗漏',
        controlMeasures: '更换垫片',
        liablePerson: '王磊',
        dangerManageDeadline: day(-1),
        dangerState: '0',
      },
    },
  ];
}

const task = (id: string, parent: string, fields: RegisterRow['fields']): RegisterRow => ({
  table: 'inspection_task',
  id,
  parent,
  fields: { checkCycle: 1, checkCycleUnit: '天', workDayType: '0', workType: '0', taskNum: 1, ...fields },
});

const check = (id: string, parent: string, checkTime: string): RegisterRow => ({
  table: 'inspection_record',
  id,
  parent,
  fields: { checkTime, mobileMe: '860000000000001', isDefend: '1', checkStatus: '0' },
});

/** `yyyyMMddHHmmss` in China. */
const local = (time: number): string =>
  new Date(time + 8 * 3_600_000).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
