import type { BothLanguages } from './both-languages.ts';

/** How good the alarms are, by ISA-18.2. */
export const alarmFiguresWords = {
  'figure.annunciated': { zh: '报警次数', en: 'Alarms told' },
  'figure.annunciated-note': { zh: '所选时段', en: 'in this time' },
  'figure.rate': { zh: '每 10 分钟', en: 'In 10 minutes' },
  'figure.rate-note': { zh: '最多 {peak}', en: '{peak} at most' },
  'figure.floods': { zh: '报警洪泛', en: 'Floods' },
  'figure.floods-note': { zh: '占时 {share}', en: '{share} of the time' },
  'figure.acknowledgement': { zh: '平均确认', en: 'Mean to acknowledge' },
  'figure.acknowledgement-note': {
    zh: '最长 {longest}，{waiting} 条待确认',
    en: 'longest {longest}, {waiting} waiting',
  },
  'figure.over-time': { zh: '每 10 分钟报警数', en: 'Alarms in each 10 minutes' },
  'figure.limit': { zh: '虚线：10 条，以上为洪泛', en: 'dashed: 10, above is a flood' },
  'figure.priorities': { zh: '优先级分布', en: 'Priorities' },
  'figure.priorities-note': {
    zh: 'ISA-18.2 建议约 低 80 %，中 15 %，高 5 %',
    en: 'ISA-18.2 suggests about 80 % low, 15 % medium, 5 % high',
  },
  'figure.top-ten': { zh: '前十位，占 {share}', en: 'Top ten, {share} of all' },
  'figure.chattering': { zh: '抖动报警', en: 'Chattering' },
  'figure.fleeting': { zh: '瞬时报警', en: 'Fleeting' },
  'figure.stale': { zh: '长期存在（>24 小时）', en: 'Stale (more than a day)' },
  'figure.in-a-minute': { zh: '一分钟 {count} 次', en: '{count} in a minute' },
  'figure.report-last-month': { zh: '上月报告', en: 'Report of last month' },
  'figure.report-this-month': { zh: '本月报告', en: 'Report of this month' },
  'figure.none': { zh: '无', en: 'None' },
  'figure.shortened': { zh: '记录过多，从 {from} 起统计', en: 'Too many records; counted from {from}' },
} as const satisfies BothLanguages;
