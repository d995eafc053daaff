import type { PermitZone } from '#agent/model/permit-watch.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import type { QualityReason } from '#agent/model/quality.ts';
import { ruleMs } from '#agent/model/standard-rule.ts';
import type { StandardRule } from '#agent/model/standard-rule.ts';
import { formatSpan } from './format-span.ts';
import { isOxygen } from './gas-limit.ts';
import type { RuleOf } from './gas-limit.ts';
import type { Surroundings } from './judge-surroundings.ts';
import type { WorkSpan } from './permit-book.ts';
import type { Violation } from './violation.ts';

interface Grounds {
  readonly around: Surroundings;
  readonly ruleOf: RuleOf;
  /** UTC ms. */
  readonly time: number;
}

/** Whether a confined space is analysed and logged again and again while people are in it. */
export function judgeGasLog(
  { work, gasTests }: PermitFact,
  { began }: WorkSpan,
  { around, ruleOf, time }: Grounds,
): readonly Violation[] {
  if (work !== 'confined-space') return [];
  const rule = ruleOf('special-work.gas-test.log-every.confined-space');
  const every = ruleMs(rule);
  const last = gasTests.reduce((latest, test) => (test.time <= time ? Math.max(latest, test.time) : latest), began);
  if (every === undefined || time - last <= every) return [];
  const [ago, most] = [formatSpan(time - last), formatSpan(every)];
  const why = { zh: `最近一次在 ${ago.zh}前，最长 ${most.zh}`, en: `the last one ${ago.en} ago, at most ${most.en}` };
  // While the permit system does not answer, a log that was kept cannot be seen.
  if (around.isFeedUp !== true)
    return [
      {
        kind: 'gas-log-unjudged',
        why: { zh: `作业票系统无响应；${why.zh}`, en: `no word of permits; ${why.en}` },
        rule,
      },
    ];
  return [{ kind: 'gas-log-overdue', why, rule }];
}

/** By these a device says itself that it does not measure; a link that is down says nothing of the device. */
const notMeasuring: ReadonlySet<QualityReason | undefined> = new Set([
  'sensor-fault',
  'device-fault',
  'inhibited',
  'maintenance',
] as const);

/** Whether gas is measured without a break, where the standard wants that, by the detectors that are linked to the zone. */
export function judgeGasMonitoring(
  permit: PermitFact,
  { detectors }: PermitZone,
  { around, ruleOf }: Omit<Grounds, 'time'>,
): readonly Violation[] {
  const rule = continuityRule(permit, ruleOf);
  if (rule?.value !== true) return [];
  const fit = detectors.filter(({ gas }) => !isOxygen(gas));
  if (fit.length === 0)
    return [
      {
        kind: 'gas-monitoring-unjudged',
        why: { zh: '区域未接入可燃气体检测器', en: 'no detector of combustible gas is linked to the zone' },
        rule,
      },
    ];
  const isUsable = fit.some(({ point }) => (around.gas(point)?.is ?? 'unjudged') !== 'unjudged');
  if (isUsable) return [];
  const named = fit.map(({ point }) => `${point} ${around.quality(point)?.reason ?? '?'}`).join(', ');
  const isStopped = fit.every(({ point }) => notMeasuring.has(around.quality(point)?.reason));
  return [
    {
      kind: isStopped ? 'gas-monitoring-stopped' : 'gas-monitoring-unjudged',
      why: { zh: `无可用读数：${named}`, en: `no usable reading: ${named}` },
      rule,
    },
  ];
}

function continuityRule({ work, grade }: PermitFact, ruleOf: RuleOf): StandardRule | undefined {
  if (work === 'confined-space') return ruleOf('special-work.gas-test.continuous.confined-space');
  return work === 'hot-work' && grade === 0 ? ruleOf('special-work.gas-test.continuous.special-hot-work') : undefined;
}
