import type { PointKind } from '#agent/model/point.ts';
import { mappingOf } from './mapping.ts';
import type { DeviceProfile, ExpectedReading, OutputKind } from './device-profile.ts';
import type { DeviceText, GasText } from './device-schema.ts';
import type { ChannelState } from './device-words.ts';
import { gasReadingAlarms, toldAlarms } from './gas-alarms.ts';
import { kindOf } from './gas-limits.ts';
import type { Path } from './place.ts';

interface ReadingContext {
  /** As written for the channel, or else for the device. */
  readonly written: (path: Path) => unknown;
  readonly gas: GasText | undefined;
  readonly name: string;
  readonly isFirst: boolean;
  readonly readings: Readonly<Record<string, ExpectedReading>>;
}

/** The keys of a reading's point, as YAML would write them. */
export function readingText(profile: DeviceProfile, output: string, context: ReadingContext): Record<string, unknown> {
  const { written, gas, name, isFirst, readings } = context;
  const kind: PointKind | undefined = profile.readings[output]?.kind;
  const isGas = kind === undefined && gas !== undefined;
  const own = { ...(isFirst && mappingOf(written(['alarms']))), ...mappingOf(written(['readings', output, 'alarms'])) };
  const alarms = isGas ? gasReadingAlarms(gas, name, own) : own;
  return {
    kind: isGas ? kindOf(gas) : kind,
    ...readings[output],
    ...(isGas && { safetyRole: 'gas' }),
    ...(Object.keys(alarms).length > 0 && { alarms }),
  };
}

/** The keys of any other output's point. */
export function toldText(
  profile: DeviceProfile,
  output: string,
  kind: OutputKind,
  { name, device }: { readonly name: string; readonly device: DeviceText },
): Record<string, unknown> {
  const own = profile.bits[output]?.alarm ?? profile.codes[output]?.alarm;
  const alarms = own
    ? { state: own }
    : kind === 'bit' || kind === 'code'
      ? undefined
      : toldAlarms(output, name, device);
  const isGas = profile.class === 'gas-controller' || profile.class === 'gas-transmitter';
  const role = kind === 'condition' && output.startsWith('alarm') && isGas ? 'gas' : undefined;
  const states = kind === 'state' ? stateWords : profile.codes[output]?.states;
  return {
    kind: kind === 'text' ? 'text' : 'state',
    ...(alarms && { alarms }),
    ...(role && { safetyRole: role }),
    ...(states && { states }),
  };
}

/** What people call the point of an output. */
export function nameOf(profile: DeviceProfile, name: string, output: string, kind: OutputKind): string {
  const own =
    profile.readings[output]?.name ??
    profile.bits[output]?.name ??
    profile.codes[output]?.name ??
    profile.texts[output]?.name;
  if (own) return `${name} ${own.zh}`;
  return kind === 'reading' ? name : `${name} ${conditionWords[output] ?? output}`;
}

const stateWords: Readonly<Record<ChannelState, string>> = {
  normal: '正常',
  alarm1: '一级报警',
  alarm2: '二级报警',
  alarm3: '三级报警',
  over: '超量程',
  under: '低于量程',
  fault: '故障',
  inhibit: '屏蔽',
  calibration: '标定或维护',
  'warm-up': '预热',
  'comm-fault': '通信故障',
  'not-present': '未安装',
  stale: '数据陈旧',
};

const conditionWords: Readonly<Record<string, string>> = {
  state: '状态',
  alarm1: '一级报警',
  alarm2: '二级报警',
  alarm3: '三级报警',
  inhibit: '屏蔽',
  calibration: '标定或维护',
  warning: '预警',
  latched: '锁存',
  'run-up': '升速',
};
