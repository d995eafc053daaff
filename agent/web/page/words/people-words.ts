import type { BothLanguages } from './both-languages.ts';

/** People: who is where. */
export const peopleWords = {
  'people.zones': { zh: '各区域人数', en: 'People by zone' },
  'people.people': { zh: '在场', en: 'Confirmed' },
  'people.people-stale': { zh: '失联', en: 'Not heard' },
  'people.people-unknown': { zh: '未登记', en: 'Unknown' },
  'people.roll-call': { zh: '应急点名', en: 'Roll-call' },
  'people.on-site': { zh: '在厂', en: 'on site' },
  'people.mustered': { zh: '已到集合点', en: 'mustered' },
  'people.missing': { zh: '未到', en: 'missing' },
  'people.present': { zh: '到', en: 'Here' },
  'people.outside': { zh: '区域外', en: 'outside' },
  'people.is-mustered': { zh: '已到', en: 'mustered' },
  'people.is-missing': { zh: '未到', en: 'missing' },
  'people.is-stale': { zh: '信号丢失，仍计在内', en: 'not heard, still counted' },
  'people.role.employee': { zh: '员工', en: 'employee' },
  'people.role.contractor': { zh: '承包商', en: 'contractor' },
  'people.role.visitor': { zh: '访客', en: 'visitor' },
  'people.role.guardian': { zh: '监护人', en: 'guardian' },
  'people.role.unknown': { zh: '未登记', en: 'unknown' },
  'people.empty': { zh: '没有配置人员定位', en: 'No locating of people is configured' },
  'people.name': { zh: '姓名', en: 'Name' },
} as const satisfies BothLanguages;
