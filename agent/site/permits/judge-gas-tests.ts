import type { Text } from '#agent/model/alarm.ts';
import type { CombustibleGas } from '#agent/model/permit-watch.ts';
import type { GasTest, PermitFact } from '#agent/model/permit.ts';
import { ruleMs } from '#agent/model/standard-rule.ts';
import { formatSpan } from './format-span.ts';
import { isOxygen, judgeGas } from './gas-limit.ts';
import type { RuleOf } from './gas-limit.ts';
import { gradeKey } from './judge-ticket.ts';
import type { WorkSpan } from './permit-book.ts';
import type { Violation } from './violation.ts';

const DAY_MS = 86_400_000;

/** Whether gas was tested, in time, whole and with what result. */
export function judgeGasTests(
  permit: PermitFact,
  span: WorkSpan,
  {
    gases,
    ruleOf,
    time,
  }: { readonly gases: readonly CombustibleGas[]; readonly ruleOf: RuleOf; readonly time: number },
): readonly Violation[] {
  const { work, gasTests } = permit;
  const isHot = work === 'hot-work';
  if (!isHot && work !== 'confined-space' && permit.gases.length === 0 && gasTests.length === 0) return [];
  const tests = gasTests.filter((test) => test.time <= time).toSorted((one, other) => other.time - one.time);
  const latest = tests[0];
  if (!latest)
    return [{ kind: 'gas-test-missing', why: { zh: '尚无分析', en: 'no test so far' }, rule: freshness(ruleOf) }];
  const found: Violation[] = [];
  const longest = ruleMs(freshness(ruleOf));
  const earlyMs = span.began - latest.time;
  if (needsAnew(permit, span, latest, ruleOf))
    found.push({
      kind: 'gas-retest-missing',
      why: interrupted(span),
      rule: interruption(permit, ruleOf),
    });
  else if (longest === undefined)
    found.push({ kind: 'gas-unjudged', why: { zh: '当日无适用规则', en: 'no rule of the day' } });
  else if (span.interruptedSince === undefined && earlyMs > longest)
    found.push({
      kind: 'gas-test-stale',
      why: early(earlyMs, longest),
      rule: freshness(ruleOf),
    });
  else if (isHot && time - latest.time > DAY_MS)
    found.push({
      kind: 'gas-test-stale',
      why: ago(time - latest.time),
      rule: ruleOf('special-work.gas-test.daily.hot-work'),
    });
  return [...found, ...judgeReadings(permit, latest, gases, ruleOf)];
}

function interrupted({ began, interruptedSince = began }: WorkSpan): Text {
  const { zh, en } = formatSpan(began - interruptedSince);
  return { zh: `中断 ${zh}`, en: `interrupted for ${en}` };
}

function early(ms: number, longestMs: number): Text {
  const [was, most] = [formatSpan(ms), formatSpan(longestMs)];
  return { zh: `作业前 ${was.zh}，最长 ${most.zh}`, en: `${was.en} before the start, at most ${most.en}` };
}

function ago(ms: number): Text {
  const { zh, en } = formatSpan(ms);
  return { zh: `最近一次在 ${zh}前`, en: `the last one ${en} ago` };
}

const freshness = (ruleOf: RuleOf) => ruleOf('special-work.gas-test.before-start');
const interruption = ({ work }: PermitFact, ruleOf: RuleOf) =>
  ruleOf(`special-work.gas-test.after-interruption.${work}`);

/** After a long interruption, unless gas was tested since it began. */
function needsAnew(permit: PermitFact, span: WorkSpan, latest: GasTest, ruleOf: RuleOf): boolean {
  const { began, interruptedSince } = span;
  if (interruptedSince === undefined || latest.time >= interruptedSince) return false;
  // Of a grade that is unknown, the strictest number holds.
  const longest = ruleMs(interruption(permit, ruleOf), gradeKey(permit.grade) ?? 'special');
  return longest !== undefined && began - interruptedSince > longest;
}

function judgeReadings(
  permit: PermitFact,
  { readings }: GasTest,
  gases: readonly CombustibleGas[],
  ruleOf: RuleOf,
): readonly Violation[] {
  const found = readings
    .filter(({ gas }) => permit.work === 'confined-space' || !isOxygen(gas) || permit.gases.some(isOxygen))
    .flatMap((reading): Violation[] => {
      const { is, why, rule } = judgeGas(reading, gases, ruleOf);
      if (is === 'within') return [];
      return [{ kind: is === 'beyond' ? 'gas-over-limit' : 'gas-unjudged', subject: reading.gas, why, rule }];
    });
  const wanted = new Set([...permit.gases, ...(permit.work === 'confined-space' ? ['oxygen'] : [])]);
  const isTested = (gas: string): boolean =>
    readings.some((one) => isSameGas(one.gas, gas, gases) || (isOxygen(one.gas) && isOxygen(gas)));
  const missing = [...wanted].filter((gas) => !isTested(gas));
  const isEmpty = readings.length === 0 && missing.length === 0;
  return [
    ...found,
    ...missing.map((gas): Violation => ({
      kind: 'gas-not-tested',
      subject: gas,
      why: { zh: `最近一次分析未测 ${gas}`, en: `${gas} is not in the last test` },
    })),
    ...(isEmpty
      ? [{ kind: 'gas-unjudged', why: { zh: '最近一次分析无读数', en: 'the last test has no reading' } } as const]
      : []),
  ];
}

function isSameGas(one: string, other: string, gases: readonly CombustibleGas[]): boolean {
  const [first, second] = [one.trim().toLowerCase(), other.trim().toLowerCase()];
  return first === second || gases.some(({ names }) => names.includes(first) && names.includes(second));
}
