import type { BothLanguages } from './both-languages.ts';

/** Uplinks: where records go. */
export const uplinksWords = {
  'uplink.state.connecting': { zh: '连接中', en: 'connecting' },
  'uplink.state.connected': { zh: '已连接', en: 'connected' },
  'uplink.state.waiting': { zh: '等待重连', en: 'waiting' },
  'uplink.behind': { zh: '滞后 {time}，{count} 条', en: '{time} behind, {count} records' },
  'uplink.caught-up': { zh: '全部送达', en: 'all delivered' },
  'uplink.remaining': { zh: '补传剩余 {count} 条', en: '{count} records to backfill' },
  'uplink.quarantined': { zh: '隔离 {count} 条', en: '{count} quarantined' },
  'uplink.evidence': {
    zh: '照片与影像：已送 {pieces} 片，{missing} 份无内容，{behind} 条事件待查',
    en: 'Pictures: {pieces} pieces sent, {missing} without content, {behind} events to look through',
  },
  'uplink.lane': { zh: '通道', en: 'Lane' },
  'uplink.stream': { zh: '数据流', en: 'Stream' },
  'uplink.acknowledged': { zh: '已确认至', en: 'Acknowledged to' },
  'uplink.head': { zh: '最新', en: 'Newest' },
  'uplink.sent': { zh: '已发送', en: 'Sent' },
  'uplink.empty': { zh: '没有配置上级平台', en: 'No receiver is configured' },
  'uplink.details': { zh: '最近送达与隔离', en: 'Last delivered, quarantine' },
  'uplink.quarantine': { zh: '隔离的记录', en: 'Quarantine' },
  'uplink.no-quarantine': { zh: '没有被隔离的记录', en: 'No record was refused for good' },
  'uplink.delivered': { zh: '最近送达', en: 'Last delivered' },
  'uplink.gaps': { zh: '最近的数据缺口', en: 'Newest gaps' },
} as const satisfies BothLanguages;
