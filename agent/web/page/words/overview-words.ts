import type { BothLanguages } from './both-languages.ts';

/** Overview: the site at a glance. */
export const overviewWords = {
  'overview.alarms': { zh: '当前报警', en: 'Alarms' },
  'overview.unacknowledged': { zh: '未确认', en: 'unacknowledged' },
  'overview.none': { zh: '无报警', en: 'No alarm' },
  'overview.hidden': { zh: '另有 {count} 条被搁置或抑制', en: '{count} more are shelved or suppressed' },
  'overview.sources': { zh: '数据源', en: 'Sources' },
  'overview.uplinks': { zh: '上报', en: 'Uplinks' },
  'overview.journal': { zh: '本地缓存', en: 'Local buffer' },
  'overview.buffer': { zh: '可缓存 {hours} 小时', en: 'room for {hours} h' },
  'overview.rate': { zh: '{rate} 值/秒', en: '{rate} values/s' },
  'flood.title': { zh: '报警泛滥', en: 'Alarm flood' },
  'flood.since': { zh: '自 {time} 起', en: 'since {time}' },
  'flood.alarms': { zh: '{count} 个报警', en: '{count} alarms' },
  'flood.first': { zh: '首个', en: 'the first' },
  'flood.elsewhere': { zh: '其他', en: 'elsewhere' },
  'overview.newest': { zh: '最新报警', en: 'Newest alarms' },
  'warning.title': { zh: '动态预警', en: 'Dynamic warning' },
  'warning.red': { zh: '红', en: 'red' },
  'warning.orange': { zh: '橙', en: 'orange' },
  'warning.yellow': { zh: '黄', en: 'yellow' },
  'warning.blue': { zh: '蓝', en: 'blue' },
  'warning.site': { zh: '全厂', en: 'Site' },
  'warning.grade': { zh: '监管部门评定等级（导入）', en: 'grade by the authority (imported)' },
  'warning.nothing': { zh: '没有不利因素', en: 'nothing speaks against it' },
} as const satisfies BothLanguages;
