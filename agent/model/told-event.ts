import type { Text } from './alarm.ts';
import { videoKinds } from './video-kind.ts';
import type { VideoKind } from './video-kind.ts';

/**
 * What somebody else found or reports: an inspection robot, a third-party alarm system, an AI box. Travels as a
 * {@link SiteEvent} of kind `told.<kind>`; `told.unknown` where the sender's word means nothing here.
 */
export const toldEventKind = (kind: ToldKind | 'unknown'): string => `told.${kind}`;

const ownTexts = {
  leak: { zh: '泄漏', en: 'leak' },
  'gas-found': { zh: '检出气体', en: 'gas found' },
  overheating: { zh: '过热', en: 'overheating' },
  'abnormal-sound': { zh: '异响', en: 'abnormal sound' },
  'abnormal-vibration': { zh: '异常振动', en: 'abnormal vibration' },
  'abnormal-reading': { zh: '表计读数异常', en: 'abnormal reading of an instrument' },
  'abnormal-position': { zh: '阀门或开关位置异常', en: 'valve or switch in a wrong position' },
  damage: { zh: '损坏', en: 'damage' },
  corrosion: { zh: '腐蚀', en: 'corrosion' },
  obstacle: { zh: '通道受阻', en: 'obstacle in the way' },
  'patrol-started': { zh: '巡检开始', en: 'patrol started' },
  'patrol-finished': { zh: '巡检完成', en: 'patrol finished' },
  'patrol-missed': { zh: '巡检未完成', en: 'patrol missed' },
  'emergency-call': { zh: '求救', en: 'call for help' },
  alarm: { zh: '报警', en: 'alarm' },
  'device-fault': { zh: '设备故障', en: 'fault of the device' },
  notice: { zh: '通知', en: 'notice' },
} as const satisfies Readonly<Record<string, Text>>;

const videoTexts: Readonly<Record<VideoKind, Text>> = {
  motion: { zh: '画面移动', en: 'motion' },
  tamper: { zh: '镜头遮挡', en: 'camera tampered with' },
  'scene-change': { zh: '场景变更', en: 'scene changed' },
  'video-loss': { zh: '视频丢失', en: 'video lost' },
  line: { zh: '越线', en: 'line crossed' },
  intrusion: { zh: '区域入侵', en: 'intrusion' },
  'region-entry': { zh: '进入区域', en: 'region entered' },
  'region-exit': { zh: '离开区域', en: 'region left' },
  loitering: { zh: '徘徊', en: 'loitering' },
  gathering: { zh: '人员聚集', en: 'gathering of people' },
  fall: { zh: '人员倒地', en: 'person fallen' },
  fire: { zh: '明火', en: 'fire' },
  smoke: { zh: '烟雾', en: 'smoke' },
  'no-helmet': { zh: '未戴安全帽', en: 'no helmet' },
  smoking: { zh: '吸烟', en: 'smoking' },
  'phone-call': { zh: '打电话', en: 'phone call' },
  'absent-from-post': { zh: '离岗', en: 'absent from post' },
  'asleep-at-post': { zh: '睡岗', en: 'asleep at post' },
  'vehicle-in-fire-lane': { zh: '消防通道占用', en: 'vehicle in the fire lane' },
  'unguarded-unloading': { zh: '卸油无人监护', en: 'unloading without a guard' },
  'static-clamp-missing': { zh: '静电接地未接', en: 'static clamp missing' },
  'digital-input': { zh: '开关量输入', en: 'digital input' },
  'storage-failure': { zh: '存储故障', en: 'storage failure' },
};

export type ToldKind = VideoKind | keyof typeof ownTexts;

/** What each kind is called. */
export const toldTexts: Readonly<Record<ToldKind, Text>> = { ...videoTexts, ...ownTexts };

export const toldKinds: readonly ToldKind[] = [...videoKinds, ...(Object.keys(ownTexts) as (keyof typeof ownTexts)[])];

export const isToldKind = (word: string): word is ToldKind => Object.hasOwn(toldTexts, word);
