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
  'uplink.resend': { zh: '补发', en: 'Send once more' },
  'uplink.resend-note': {
    zh: '平台确认过却没有的记录，按编号再送一次；报警保持顺序，其后的也一并再送。操作记入审计。',
    en: 'Records that the receiver acknowledged and does not have, by number; of alarms all that follow go too, in order. It is put on record.',
  },
  'uplink.first': { zh: '起始编号', en: 'from number' },
  'uplink.last': { zh: '结束编号', en: 'to number' },
  'uplink.resend-now': { zh: '再送一次', en: 'Send once more' },
  'uplink.resent': { zh: '正在补发：{stream} {first}–{last}', en: 'Being sent once more: {stream} {first}–{last}' },
  'uplink.gaps': { zh: '最近的数据缺口', en: 'Newest gaps' },
} as const satisfies BothLanguages;
