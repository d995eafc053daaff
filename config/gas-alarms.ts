import type { AlarmPriority, Text } from '#agent/model/alarm.ts';
import type { DeviceText, GasText } from './device-schema.ts';
import { limitsOf } from './gas-limits.ts';

/** What alarms of a channel are called, in the words of a Chinese control room. */
type Wording = readonly [zh: string, en: string];

const limitWords: Readonly<Record<'HH' | 'H' | 'L', Wording>> = {
  HH: ['二级报警', 'second gas alarm'],
  H: ['一级报警', 'first gas alarm'],
  L: ['缺氧', 'oxygen deficiency'],
};

const say = (name: string, [zh, en]: Wording): Text => ({ zh: `${name} ${zh}`, en: `${name}: ${en}` });

/** The alarms of a gas reading, as YAML would write them: the standard's, and what the site writes in their place. */
export function gasReadingAlarms(gas: GasText, name: string, written: object): Record<string, unknown> {
  const standard = Object.entries(limitsOf(gas)).map(([kind, setpoint]) => [
    kind,
    {
      setpoint,
      priority: priorityOf(gas, kind),
      message: say(
        name,
        gas.kind === 'oxygen' && kind === 'H' ? ['富氧', 'oxygen enrichment'] : limitWords[kind as 'H'],
      ),
    },
  ]);
  return { ...Object.fromEntries(standard), ...written };
}

/** GB/T 50493-2019: the second level outranks the first, and at the same level toxic gas outranks combustible gas. */
function priorityOf({ kind }: GasText, limit: string): AlarmPriority {
  if (limit === 'HH') return kind === 'toxic' ? 'critical' : 'high';
  return kind === 'oxygen' ? 'high' : 'medium';
}

/** The alarms of what a device tells of every channel; undefined where it is only shown. */
export function toldAlarms(output: string, name: string, device: DeviceText): Record<string, unknown> | undefined {
  const state = (values: readonly unknown[], priority: string, wording: Wording, rest: object = {}) => ({
    state: { values, priority, message: say(name, wording), ...rest },
  });
  switch (output) {
    case 'alarm1':
      return state([true], 'medium', ['设备一级报警', 'first alarm of the device']);
    case 'alarm2':
      return state([true], 'high', ['设备二级报警', 'second alarm of the device']);
    case 'alarm3':
      return state([true], 'critical', ['设备三级报警', 'third alarm of the device']);
    case 'state':
      return state(['fault', 'comm-fault', 'stale', 'not-present'], 'medium', ['故障', 'fault']);
    case 'inhibit':
      return state([true], 'low', ['长时间屏蔽', 'inhibited for long'], {
        onDelay: milliseconds(device.inhibitReport),
      });
    case 'calibration':
      return state([true], 'low', ['长时间标定或维护', 'in calibration for long'], {
        onDelay: milliseconds(device.inhibitReport),
      });
    default:
      return undefined;
  }
}

const milliseconds = (ms: number): string => `${ms}ms`;
