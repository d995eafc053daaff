import type { Text } from '#agent/model/alarm.ts';
import type { Check, PartName } from './outcome.ts';

export const partWords: Readonly<Record<PartName, Text>> = {
  configuration: { zh: '配置', en: 'Configuration' },
  box: { zh: '工控机', en: 'Box' },
  points: { zh: '测点读数', en: 'Points read from their devices' },
  loops: { zh: '回路检查', en: 'Points compared with their instruments' },
  positioning: { zh: '人员定位质量', en: 'Quality of positioning' },
  alarms: { zh: '报警演练', en: 'Alarms exercised' },
  outage: { zh: '断线演练', en: 'Outages rehearsed' },
  receivers: { zh: '上级平台', en: 'Receivers' },
  restart: { zh: '重启演练', en: 'Restarts rehearsed' },
};

export const verdictWords: Readonly<Record<Check['verdict'], Text>> = {
  passed: { zh: '合格', en: 'passed' },
  failed: { zh: '不合格', en: 'failed' },
  'by-hand': { zh: '待人工确认', en: 'by hand' },
  measured: { zh: '已测', en: 'measured' },
  'not-checked': { zh: '未检查', en: 'not checked' },
};

/** What each part did, so that the reader knows what a "passed" is worth. */
export const partNotes: Readonly<Record<PartName, Text>> = {
  configuration: {
    zh: '逐字段检查站点文件及其引用的全部文件；警告也列出。',
    en: 'The site file and everything that it includes, field by field; warnings are listed too.',
  },
  box: { zh: '时间同步与磁盘空间。', en: 'Time synchronisation and room on the disk.' },
  points: {
    zh: '经正式驱动从设备逐点读取一次，质量为“好”方为合格。只读，不写设备。',
    en: 'Each point read once from its device through the real driver; only quality “good” passes. Nothing is written.',
  },
  loops: {
    zh: '调试时由人在仪表前记录（取自本机日志）：系统读数与仪表示值、何人、何时、结论；取最近一次非仿真的记录，不合格即不能验收。未检查的测点逐一列出，不计入验收结论。',
    en: 'Recorded by people at the instrument during commissioning (from the journal of this box): what was read, what the instrument showed, who, when, verdict. The newest record that is not of a simulator counts; a bad one prevents acceptance. Points that nobody compared are listed and do not decide.',
  },
  positioning: {
    zh: '取自本机日志：运行中的系统最近一次给出的定位成功率、静默标签数，以及悬挂在已测量位置的参考标签的误差与更新间隔；有标准限值的按其判定（AQ 3064 尚未见原文，置信度见括号），无限值的仅列出。仿真设备的数字不作数。',
    en: 'From the journal of this box: the last fix rate, silent tags, and errors and intervals of tags at surveyed places that the running agent told. Judged where the standard gives a limit (the text of AQ 3064 was not at hand; confidence in brackets), else only told. Figures of simulators do not count.',
  },
  alarms: {
    zh: '在数据入口施加强制输入（标记为仿真、强制，只记入本次验收自己的日志，不上报）：限值前不报、延时到才报、可确认、恢复后消除、锁存须复位。延时按验收时钟推进。',
    en: 'Forced input at the ingest border (marked simulated and forced; kept in the run’s own journal and sent to nobody): quiet short of the limit, raised after its delay and not before, acknowledged, cleared, reset where it latches. Delays pass on the run’s own clock.',
  },
  outage: {
    zh: '对每个数据源演练通信中断与恢复：全部测点标为 comm-lost，现有报警不被误消除，缺口有记录。',
    en: 'Each source lost and regained: every point told as comm-lost, standing alarms kept, the gap on record.',
  },
  receivers: {
    zh: '以站点编号“…-acceptance”经真实链路发送带仿真标记的试验报警和试验记录；演练进程被杀、链路中断、重启，须逐条确认。',
    en: 'A test alarm and test records, marked as simulated, under the site id “…-acceptance”, over the real link; through a kill of the process, an outage and a restart; each must be acknowledged to the last number.',
  },
  restart: {
    zh: '进程被强制终止与正常停止后重启：记录不缺、报警仍在；每个数据源可再次连接。',
    en: 'After a kill and after an orderly stop: no record missing, alarms still standing; each source connects again.',
  },
};

/** What a quality's reason means, in Chinese. */
export const reasonWords: Readonly<Record<string, string>> = {
  'comm-lost': '通信中断',
  'not-yet-read': '未读到',
  stale: '数据过期',
  'sensor-fault': '传感器故障',
  'device-fault': '设备故障',
  'no-such-address': '设备中无此地址',
  'not-supported': '设备不支持该请求',
  decode: '数据格式不符',
  sentinel: '设备给出“无值”约定码',
  'over-range': '超量程',
  'under-range': '低于量程',
  inhibited: '设备侧已屏蔽',
  maintenance: '设备处于标定或维护',
  namespace: '服务器命名空间不符',
  'wrong-type': '数据类型不符',
};
