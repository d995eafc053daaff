import type { RegisterFact } from '#agent/model/register.ts';
import type { RegisterWatchDefinition } from '#agent/model/register-watch.ts';
import { configOf, head, loadText } from '../../../config/site-folder.ts';

/** 2026-10-01 10:00 in China. */
export const TEN = Date.parse('2026-10-01T10:00:00+08:00');

const fact = (register: RegisterFact['register'], id: string, more: Partial<RegisterFact>): RegisterFact => ({
  kind: 'register',
  register,
  id,
  version: 1,
  isDeleted: false,
  fields: {},
  sourceTime: TEN,
  receiveTime: TEN,
  flags: 0,
  ...more,
});

export const riskObject = (more: Partial<RegisterFact> = {}): RegisterFact =>
  fact('risk-object', 'O-1', { fields: { hazardName: '双氧水罐区', hazardCode: '370600001001' }, ...more });

export const riskUnit = (more: Partial<RegisterFact> = {}): RegisterFact =>
  fact('risk-unit', 'U-1', {
    parent: 'O-1',
    fields: { riskUnitName: '储罐单元', hazardCode: '370600001001' },
    ...more,
  });

export const riskEvent = (more: Partial<RegisterFact> = {}): RegisterFact =>
  fact('risk-event', 'E-1', { parent: 'U-1', fields: { riskEventName: '储罐泄漏' }, ...more });

export const riskMeasure = (more: Partial<RegisterFact> = {}): RegisterFact =>
  fact('risk-measure', 'M-1', {
    parent: 'E-1',
    fields: {
      dataSrc: '2',
      riskMeasureDesc: '液位联锁',
      classify1: '1',
      classify2: '1-4',
      troubleshootContent: '检查联锁投用',
    },
    ...more,
  });

/** To be done each day from 08:00 of October 1 on. */
export const inspectionTask = (more: Partial<RegisterFact> = {}): RegisterFact =>
  fact('inspection-task', 'T-1', {
    parent: 'M-1',
    fields: {
      troubleshootContent: '检查联锁投用',
      checkCycle: 1,
      checkCycleUnit: '天',
      taskStartTime: '20261001080000',
    },
    ...more,
  });

export const inspectionRecord = (checkTime: string, more: Partial<RegisterFact> = {}): RegisterFact =>
  fact('inspection-record', `R-${checkTime}`, { parent: 'T-1', fields: { checkTime, checkStatus: '0' }, ...more });

export const hiddenDanger = (fields: RegisterFact['fields'] = {}, more: Partial<RegisterFact> = {}): RegisterFact =>
  fact('hidden-danger', 'D-1', {
    parent: 'M-1',
    fields: {
      dangerName: '法兰渗漏',
      dangerLevel: '1',
      registTime: '20261001090000',
      registrant: '李',
      dangerManageType: '1',
      dangerManageDeadline: '20261003000000',
      dangerState: '0',
      ...fields,
    },
    ...more,
  });

/** As the default shape makes it; `feed` is a point of it. */
export function definitionOf(more = ''): RegisterWatchDefinition {
  const yaml = `${head}sources:
  - { id: dcs, kind: modbus, transport: { kind: tcp, host: 192.0.2.7 } }
points:
  - { id: feed, source: dcs, address: "discrete:2", kind: state }
registers:
  - { id: dp, grace: 0s${more} }
`;
  const found = configOf(loadText(yaml)).derivations.find(({ kind }) => kind === 'registers');
  if (found?.kind !== 'registers') throw new Error('no watch');
  return found.definition;
}
