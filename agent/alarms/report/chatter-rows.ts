import type { AlarmDefinition, Text } from '#agent/model/alarm.ts';
import type { Advice } from '../advice.ts';
import type { ChatterAdvice } from './chatter-advice.ts';
import type { Cell } from './html-parts.ts';

interface Words {
  readonly language: keyof Text;
  readonly alarm: (id: string) => string;
  readonly time: (at: number) => string;
  readonly definitions: readonly AlarmDefinition[];
}

const settingNames: Readonly<Record<Advice['setting'], Text>> = {
  deadband: { zh: '死区', en: 'deadband' },
  offDelayMs: { zh: '恢复延时', en: 'off-delay' },
  onDelayMs: { zh: '报警延时', en: 'on-delay' },
  setpoint: { zh: '设定值', en: 'setpoint' },
};

const silences: Readonly<Record<NonNullable<ChatterAdvice['silentBecause']>, Text>> = {
  'not-configured': { zh: '报警已不在配置中', en: 'no longer configured' },
  'no-history': { zh: '无可回放的历史数据', en: 'no recorded values to replay' },
  'not-reproduced': {
    zh: '回放未再现抖动，或所试参数均无效；请检查仪表与信号',
    en: 'the replay did not chatter, or nothing that was tried helps: look at the instrument',
  },
};

/** An alarm a row, with each setting that alone would have ended its chatter. */
export const chatterRows = (chatter: readonly ChatterAdvice[], words: Words): readonly (readonly Cell[])[] =>
  chatter.map((one) => [
    { text: words.alarm(one.alarm) },
    { text: `${one.raised} / ${one.mostInAMinute}`, isNumber: true },
    { text: adviceText(one, words) },
  ]);

function adviceText({ alarm, advice, silentBecause, tried }: ChatterAdvice, words: Words): string {
  const { language, time, definitions } = words;
  if (silentBecause) return silences[silentBecause][language];
  const condition = definitions.find(({ id }) => id === alarm)?.condition;
  const zh = language === 'zh';
  const parts = advice.map(({ setting, value, raised, raisedNow, laterMs }) => {
    const name = settingNames[setting][language];
    const now = condition && setting in condition ? Number(condition[setting as keyof typeof condition]) : undefined;
    const shown = setting.endsWith('Ms') ? `${value / 1000} s` : String(Number(value.toPrecision(4)));
    const from = now === undefined ? '' : `${now} → `;
    const later =
      laterMs > 0 ? (zh ? `，首次报警推迟 ${laterMs / 1000} s` : `, first alarm ${laterMs / 1000} s later`) : '';
    return zh
      ? `${name} ${from}${shown}：${raisedNow} 次 → ${raised} 次${later}`
      : `${name} ${from}${shown}: ${raisedNow} → ${raised} alarms${later}`;
  });
  return `${parts.join('; ')} (${time(tried.from)} – ${time(tried.to)})`;
}
