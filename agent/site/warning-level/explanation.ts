import type { AlarmOverlay, AlarmPriority, Text } from '#agent/model/alarm.ts';
import type { WarningColour, WarningInputKind, WarningPlace } from '#agent/model/warning-level.ts';
import type { Contribution, Score } from './contribution.ts';

/** Reasons that an explanation names; the others are counted. */
const MOST_REASONS = 6;

/** What this colour is not. */
export const warningLabel: Text = {
  zh: '本单位动态预警，非监管部门分级',
  en: "the site's own dynamic warning, not the authority's grade",
};

export const priorityWords: Readonly<Record<AlarmPriority, string>> = {
  critical: '紧急',
  high: '高',
  medium: '中',
  low: '低',
};

export const overlayWords: Readonly<Record<Exclude<AlarmOverlay, 'none'>, string>> = {
  shelved: '搁置',
  suppressed: '抑制',
  'out-of-service': '停用',
};

export const inputWords: Readonly<Record<WarningInputKind, string>> = {
  people: '人数',
  bypass: '旁路',
  inhibit: '屏蔽',
  overdue: '超期',
  weather: '气象',
  other: '其他',
};

const colourWords: Readonly<Record<WarningColour, string>> = {
  blue: '蓝色',
  yellow: '黄色',
  orange: '橙色',
  red: '红色',
};

/** The reasons that add most. */
export const reasonsOf = ({ because }: Score): readonly Text[] => because.slice(0, MOST_REASONS).map(reasonText);

function reasonText({ text, score }: Contribution): Text {
  const shown = Math.round(score * 10) / 10;
  return { zh: `${text.zh} ${shown}`, en: `${text.en} ${shown}` };
}

/** 罐区 橙色，因为… · `zone farm orange because …`. */
export function explanationOf(
  place: WarningPlace,
  { from, to }: { readonly from: WarningColour; readonly to: WarningColour },
  score: Score,
): Text {
  const scope = scopeText(place);
  const reasons = reasonsOf(score);
  const more = score.because.length - reasons.length;
  const zh = reasons.map((reason) => reason.zh).join('，') + (more > 0 ? `，另有 ${more} 项` : '');
  const en = reasons.map((reason) => reason.en).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return {
    zh: `${scope.zh} ${colourWords[to]}，因为${zh || '已无不利因素'}（分值 ${score.score}，原${colourWords[from]}；${warningLabel.zh}）`,
    en: `${scope.en} ${to} because ${en || 'nothing stands any more'} (score ${score.score}, was ${from}; ${warningLabel.en})`,
  };
}

function scopeText({ scope }: WarningPlace): Text {
  if (scope.kind === 'site') return { zh: '全厂', en: 'site' };
  return scope.kind === 'zone'
    ? { zh: `区域 ${scope.zone}`, en: `zone ${scope.zone}` }
    : { zh: `重大危险源 ${scope.hazardSource}`, en: `hazard source ${scope.hazardSource}` };
}
