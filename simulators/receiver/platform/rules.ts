/**
 * What the simulated platforms refuse, written down from what was observed of the real ones and not shared with the agent:
 * a mistake made there is not repeated here.
 */
export interface MessageRule {
  /** Field that identifies a record. */
  readonly id: string;
  readonly required: readonly string[];
  /** Fields that must name a record which is here already, and is not deleted. */
  readonly parents?: readonly (readonly [field: string, message: string])[];
  /** Codes that must have so many characters and begin with the company's. */
  readonly codes?: Readonly<Record<string, number>>;
  readonly words?: Readonly<Record<string, readonly string[]>>;
  readonly times?: readonly string[];
  /** A tracked record is replaced by the next of its id; an older `updateDate` is ignored. */
  readonly isTracked?: false;
}

const audit = ['id', 'companyCode', 'deleted', 'updateDate'];
const auditTimes = ['createDate', 'updateDate'];
const flag = ['0', '1'];

const ticket: MessageRule = {
  id: 'id',
  required: [...audit, 'ticketNo', 'ticketStatus', 'planStartTime', 'planEndTime'],
  words: { deleted: flag, ticketStatus: ['0', '1', '3', '4', '5'] },
  times: [...auditTimes, 'planStartTime', 'planEndTime', 'startTime', 'endTime'],
};
const tickets = 'fire space blindplate high hoising power soil break pourback pour water maintenance'
  .split(' ')
  .map((kind) => [`sec_special_job_ticket_${kind}`, ticket] as const);

/** A Shandong park of 2024: wall-clock times without separators, twenty records a request. */
export const parkRules: Readonly<Record<string, MessageRule>> = {
  sec_security_risk_unit: {
    id: 'id',
    required: [...audit, 'hazardCode', 'riskUnitName'],
    codes: { hazardCode: 12 },
    words: { deleted: flag },
    times: auditTimes,
  },
  sec_security_risk_events: {
    id: 'id',
    required: [...audit, 'riskUnitId', 'riskEventName'],
    parents: [['riskUnitId', 'sec_security_risk_unit']],
    words: { deleted: flag },
    times: auditTimes,
  },
  sec_security_risk_control_measures: {
    id: 'id',
    required: [...audit, 'riskEventId', 'dataSrc', 'riskMeasureDesc', 'classify1', 'classify2'],
    parents: [['riskEventId', 'sec_security_risk_events']],
    words: { deleted: flag, dataSrc: ['1', '2'], classify1: ['1', '2', '3', '4'] },
    times: auditTimes,
  },
  sec_hidden_check_mission: {
    id: 'id',
    required: [...audit, 'riskMeasureId', 'troubleshootContent', 'checkCycle', 'checkCycleUnit', 'taskStartTime'],
    parents: [['riskMeasureId', 'sec_security_risk_control_measures']],
    words: { deleted: flag, checkCycleUnit: ['小时', '天', '月', '年'] },
    times: [...auditTimes, 'taskStartTime'],
  },
  sec_hidden_check_record: {
    id: 'id',
    required: [...audit, 'checkTaskId', 'checkTime'],
    parents: [['checkTaskId', 'sec_hidden_check_mission']],
    words: { deleted: flag },
    times: [...auditTimes, 'checkTime'],
  },
  sec_hidden_danger_info: {
    id: 'id',
    required: [...audit, 'dangerName', 'dangerLevel', 'registTime', 'registrant', 'dangerState'],
    parents: [
      ['riskMeasureId', 'sec_security_risk_control_measures'],
      ['checkRecordId', 'sec_hidden_check_record'],
    ],
    words: { deleted: flag, dangerState: ['-1', '0', '1', '6', '9'] },
    times: [...auditTimes, 'registTime', 'dangerManageDeadline', 'checkAcceptTime'],
  },
  sec_deactivated_maintenance_record: {
    id: 'id',
    required: [...audit, 'stopStartTime', 'stopReason'],
    words: { deleted: flag },
    times: [...auditTimes, 'stopStartTime', 'stopEndTime'],
  },
  ...Object.fromEntries(tickets),
  sec_special_job_gas_analysis: {
    id: 'id',
    required: [...audit, 'ticketID', 'ticketType', 'gasName', 'analysisResults', 'analystTime'],
    words: { deleted: flag },
    times: [...auditTimes, 'analystTime'],
  },
  sec_production_promise: { id: 'id', required: [...audit, 'commitDate'], times: [...auditTimes, 'commitDate'] },
  sec_employee_alarm_data: {
    id: 'thirdId',
    required: ['thirdId', 'alarmType', 'alarmTime'],
    words: { alarmType: ['0', '1', '2', '3', '4'] },
    times: ['alarmTime'],
  },
};

/** A provincial platform of 2025 that relays upward: receipts come later, times have separators. */
export const relayRules: Readonly<Record<string, MessageRule>> = {
  hazard_code: { id: 'hazardCode', required: ['companyCode', 'hazardName'], codes: { hazardCode: 12 } },
  ticket_formal: { id: 'id', required: ['companyCode', 'ticketType', 'ticketStatus'], times: ['startTime', 'endTime'] },
  ticket_video: { id: 'videoCode', required: ['workorderId'], parents: [['workorderId', 'ticket_formal']] },
  yjsjsj: {
    id: 'id',
    required: ['companyCode', 'targetCode', 'yjRank', 'startTime'],
    codes: { targetCode: 22 },
    words: { yjRank: ['1', '2', '3', '4'] },
    times: ['startTime', 'resumeTime', 'endTime'],
  },
  rybjsj: {
    id: 'id',
    required: ['alarmTime'],
    words: { alarmType: ['0', '1', '2', '3', '4'] },
    times: ['alarmTime', 'dispelTime'],
  },
  qybjsj: {
    id: 'id',
    required: ['alarmTime'],
    words: { alarmType: ['1', '2', '3'] },
    times: ['alarmTime', 'dispelTime'],
  },
  ryjj: { id: 'uuid', required: ['companyCode', 'timeStamp'], times: ['timeStamp'] },
  lightning_warning: { id: 'crashNumber', required: ['beginTime'], times: ['beginTime', 'endTime'] },
  realtime: {
    id: 'targetCode',
    required: ['value', 'cjsj'],
    codes: { targetCode: 22 },
    times: ['cjsj'],
    isTracked: false,
  },
};
