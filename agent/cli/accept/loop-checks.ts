import { existsSync } from 'node:fs';
import type { Text } from '#agent/model/alarm.ts';
import { LOOP_CHECK_SCOPE, loopChecksIn } from '#agent/model/loop-check.ts';
import type { LoopCheck } from '#agent/model/loop-check.ts';
import type { Point } from '#agent/model/point.ts';
import { SITE_SOURCE } from '#agent/model/source.ts';
import { journalFile, openForReading } from '#agent/journal/store.ts';
import type { SiteConfig } from '#config/site.ts';
import { localTime } from './local-time.ts';
import { loopValue } from './loop-value.ts';
import { failed } from './outcome.ts';
import type { Check } from './outcome.ts';

type Kept = ReadonlyMap<string, readonly LoopCheck[]>;

/** What people recorded at the instruments, point by point; points that nobody compared are told as such. */
export function loopChecks({ site, points, journal }: SiteConfig): readonly Check[] {
  const { kept, trouble } = readKept(journal.directory);
  // What is computed has no instrument to stand before.
  const wanted = points.filter(({ id, source }) => source !== SITE_SOURCE || kept.has(id));
  const checks = wanted.map((point) => judge(point, kept.get(point.id) ?? [], site.timezone));
  return [...(trouble ? [trouble] : []), ...checks];
}

function readKept(directory: string): { readonly kept: Kept; readonly trouble?: Check } {
  // A box that never ran has kept nothing.
  if (!existsSync(journalFile(directory))) return { kept: new Map() };
  try {
    const tables = openForReading(directory);
    try {
      return { kept: loopChecksIn(tables.state.scope(LOOP_CHECK_SCOPE)) };
    } finally {
      tables.close();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const found = {
      zh: `无法读取回路检查记录（${why}）：请运行 firewatch journal verify ${directory}`,
      en: `loop checks can not be read (${why}): run firewatch journal verify ${directory}`,
    };
    return { kept: new Map(), trouble: failed('journal', directory, found) };
  }
}

function judge(point: Point, kept: readonly LoopCheck[], timezone: string): Check {
  const { id: subject, name, unit } = point;
  const check = kept.find(({ isSimulated }) => !isSimulated) ?? kept[0];
  if (!check) return { subject, name, verdict: 'not-checked', found: nobody };
  const verdict = check.isSimulated ? 'not-checked' : check.verdict === 'good' ? 'passed' : 'failed';
  return { subject, name, verdict, found: foundText(check, unit, timezone), comparison: { ...check, unit } };
}

const nobody: Text = { zh: '无人与仪表比对过', en: 'nobody has compared it with its instrument' };

function foundText(check: LoopCheck, unit: string, timezone: string): Text {
  const { who, time, instrument, isSimulated, remark } = check;
  const at = localTime(time, timezone);
  const read = loopValue(check.read, unit);
  const shown = loopValue({ value: instrument }, unit).en;
  const simulated = isSimulated ? onlySimulated : { zh: '', en: '' };
  return {
    zh: `读数 ${read.zh}，仪表 ${shown}；${who}，${at}${simulated.zh}${remark === '' ? '' : `；${remark}`}`,
    en: `read ${read.en}, instrument ${shown}; ${who}, ${at}${simulated.en}${remark === '' ? '' : `; ${remark}`}`,
  };
}

/** It says nothing about the plant. */
const onlySimulated: Text = { zh: '；仅与仿真设备比对', en: '; of a simulator only' };
