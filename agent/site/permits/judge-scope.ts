import type { Text } from '#agent/model/alarm.ts';
import { workTexts } from '#agent/model/permit.ts';
import type { RuleOf } from './gas-limit.ts';
import type { KnownPermit } from './permit-book.ts';
import type { Violation } from './violation.ts';

/** Work that is another than when it began, on the same ticket. Texts are not repeated: they may be long and name people. */
export function judgeScope({ fact, begun }: KnownPermit, ruleOf: RuleOf): readonly Violation[] {
  if (!begun || (fact.state !== 'active' && fact.state !== 'suspended')) return [];
  const rule = ruleOf('special-work.ticket.anew-on-change');
  if (rule?.value !== true) return [];
  const changed: Text[] = [];
  if (fact.work !== begun.work)
    changed.push({
      zh: `${workTexts[begun.work].zh} → ${workTexts[fact.work].zh}`,
      en: `${workTexts[begun.work].en} → ${workTexts[fact.work].en}`,
    });
  const [from, to] = [begun.zone ?? '?', fact.zone ?? '?'];
  if (from !== to) changed.push({ zh: `区域 ${from} → ${to}`, en: `zone ${from} → ${to}` });
  if (fact.place !== begun.place) changed.push({ zh: '地点', en: 'place' });
  if (fact.content !== begun.content) changed.push({ zh: '内容', en: 'content' });
  if (changed.length === 0) return [];
  const why = { zh: changed.map(({ zh }) => zh).join('，'), en: changed.map(({ en }) => en).join(', ') };
  return [{ kind: 'changed-at-work', why, rule }];
}
