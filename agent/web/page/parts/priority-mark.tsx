import type { VNode } from 'vue';
import type { Priority } from '../live/shapes.ts';
import { t } from '../words/words.ts';

const shapes: Readonly<Record<Priority, string>> = {
  critical: '◆',
  high: '▲',
  medium: '■',
  low: '●',
};

/** Colour, shape and word: whoever sees no colours sees the shape. ISA-101 */
export const priorityMark = (priority: Priority): VNode => (
  <span class={['priority', priority]}>
    <span aria-hidden="true">{shapes[priority]}</span> {t(`priority.${priority}`)}
  </span>
);
