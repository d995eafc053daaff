/** Where the parts of the site are reached. */
export interface DaySite {
  /** `host:port` of the enterprise's registers and permits. */
  readonly registers: string;
  readonly permits: string;
  readonly platform: string;
  readonly company: string;
}

const registers = {
  'risk-object': 'risk_object',
  'risk-unit': 'risk_unit',
  'risk-event': 'risk_event',
  'risk-measure': 'risk_measure',
  'inspection-task': 'inspection_task',
  'inspection-record': 'inspection_record',
  'hidden-danger': 'hidden_danger',
  'safety-commitment': 'safety_commitment',
  'stop-record': 'stop_record',
};

/** Kinds of work by the permit system's code, and by the last word of the platform's message. */
export const works = {
  '01': ['hot-work', 'fire'],
  '02': ['confined-space', 'space'],
  '03': ['blind-plate', 'blindplate'],
  '04': ['work-at-height', 'high'],
  '05': ['lifting', 'hoising'],
  '06': ['temporary-power', 'power'],
  '07': ['excavation', 'soil'],
  '08': ['road-closure', 'break'],
} as const;

/** Environment that {@link daySite} refers to. */
export const dayEnvironment = { REGISTERS: 'register-token', PERMITS: 'permit-token' };

/** The demo site's registers and permits as its own systems tell them, and one province. `more` is further YAML. */
export const daySite = ({ registers: at, permits, platform, company }: DaySite, more = 'points: []\n'): string =>
  `site: { id: h2o2-demo }
sources:
  - id: registers
    kind: permit-feed
    interval: 100ms
    transport: { kind: http-pull, url: "http://${at}/registers", token: "\${env:REGISTERS}", cursor: next }
    registers:
${Object.entries(registers)
  .map(
    ([register, table]) =>
      `      - { register: ${register}, each: rows, when: "table == '${table}'", id: id, parent: parent, version: seq, deleted: deleted, changed: updateDate, fields: fields }`,
  )
  .join('\n')}
  - id: permits
    kind: permit-feed
    interval: 100ms
    transport: { kind: http-pull, url: "http://${permits}/permits", token: "\${env:PERMITS}", cursor: next }
    permits:
      - each: rows
        id: id
        version: seq
        deleted: deleted
        changed: updateDate
        work: ticketType
        works: { ${Object.entries(works)
          .map(([code, [work]]) => `"${code}": ${work}`)
          .join(', ')} }
        grade: level
        grades: { 特级: 0, 一级: 1, 二级: 2 }
        state: ticketStatus
        states: { "1": approved, "2": active, "3": finished, "5": cancelled, "6": suspended }
        validFrom: planStartTime
        validTo: planEndTime
        zone: workAreaCode
        people: [{ each: workers, role: worker }, { each: supervisor, role: guardian }]
        gasTests: { each: gasAnalysis, time: analystTime, readings: { gas: gasName, value: analysisResults, unit: resultsUnit } }
registers:
  - { id: dual-prevention }
receivers:
  - id: province
    transport: { kind: platform, url: "${platform}", profile: sd-observed-2024, company: "${company}", timeout: 2s, simulated: marked }
${more}`;
