import type { BothLanguages } from './both-languages.ts';

/** Configuration: files, checked and put on trial. */
export const configurationWords = {
  'config.text': { zh: '文本', en: 'Text' },
  'config.changes': { zh: '改动', en: 'Changes' },
  'config.check': { zh: '检查', en: 'Check' },
  'config.apply': { zh: '试运行', en: 'Apply on trial' },
  'config.rollback': { zh: '撤回', en: 'Roll back' },
  'config.discard': { zh: '放弃改动', en: 'Discard changes' },
  'config.save': { zh: '下载文件', en: 'Download file' },
  'config.changed': { zh: '已改', en: 'changed' },
  'config.unchanged': { zh: '没有改动', en: 'Nothing is changed' },
  'config.sound': { zh: '没有错误，{warnings} 条提示', en: 'No fault, {warnings} warnings' },
  'config.faults': { zh: '{count} 个错误', en: '{count} faults' },
  'config.state.settled': { zh: '运行中', en: 'In force' },
  'config.state.on-trial': { zh: '试运行中', en: 'On trial' },
  'config.state.rolled-back': { zh: '已撤回', en: 'Rolled back' },
  'config.trial': {
    zh: '一分钟内数据源无丢失即生效，否则自动撤回。',
    en: 'Kept when no source is lost within a minute; taken back by itself otherwise.',
  },
} as const satisfies BothLanguages;
