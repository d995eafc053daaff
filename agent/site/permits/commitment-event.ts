import type { SiteEvent } from '#agent/model/event.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { CommitmentDifference } from './commitment-book.ts';

/** That live counters and the commitment of the day differ, and in what. */
export function commitmentEvent(
  name: string,
  point: PointId,
  differences: readonly CommitmentDifference[],
  { time, flags }: Pick<SiteEvent, 'time' | 'flags'>,
): SiteEvent {
  const en = differences.map(({ field, live, declared }) => `${field} declared ${declared}, live ${live}`).join('; ');
  const zh = differences.map(({ field, live, declared }) => `${field} 承诺 ${declared}，实际 ${live}`).join('；');
  return {
    time,
    kind: 'commitment.difference',
    point,
    text: `${name}: the safety commitment of the day differs: ${en}`,
    detail: {
      en: `the safety commitment of the day differs: ${en}`,
      zh: `与当日安全承诺不符：${zh}`,
      fields: differences.map(({ field }) => field).join(', '),
    },
    flags,
  };
}
