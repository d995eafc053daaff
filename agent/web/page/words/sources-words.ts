import type { BothLanguages } from './both-languages.ts';

/** Sources: where values come from. */
export const sourcesWords = {
  'source.state.connecting': { zh: '连接中', en: 'connecting' },
  'source.state.online': { zh: '在线', en: 'online' },
  'source.state.degraded': { zh: '降级', en: 'degraded' },
  'source.state.offline': { zh: '离线', en: 'offline' },
  'source.state.stopped': { zh: '停用', en: 'stopped' },
  'source.points': { zh: '{count} 点', en: '{count} points' },
  'source.point': { zh: '测点', en: 'Point' },
  'source.value': { zh: '数值', en: 'Value' },
  'source.quality': { zh: '质量', en: 'Quality' },
  'source.time': { zh: '源时间', en: 'Source time' },
  'source.only-bad': { zh: '只看异常', en: 'Only what is not good' },
  'source.empty': { zh: '没有符合的测点', en: 'No such point' },
  'source.as-read': { zh: '原始值 {value}', en: 'as read {value}' },
} as const satisfies BothLanguages;
