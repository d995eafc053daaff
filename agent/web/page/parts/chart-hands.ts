import type UPlot from 'uplot';

/** UTC ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

interface Hands {
  readonly span: () => Span;
  readonly move: (span: Span) => void;
}

const SHORTEST_MS = 1000;
const LONGEST_MS = 3 * 366 * 86_400_000;
const PER_NOTCH = 1.2;

/** Wheel and pinch zoom about where they are, a drag moves. Returns how to let go. */
export function chartHands({ over }: UPlot, { span, move }: Hands): () => void {
  const fingers = new Map<number, number>();
  const cleanup = new AbortController();
  const { signal } = cleanup;

  const zoom = (factor: number, share: number): void => {
    const { from, to } = span();
    const length = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, (to - from) * factor));
    const still = from + (to - from) * share;
    move({ from: still - length * share, to: still + length * (1 - share) });
  };
  const shareOf = (clientX: number): number => {
    const { left, width } = over.getBoundingClientRect();
    return (clientX - left) / width;
  };

  over.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        const { from, to } = span();
        const by = ((event.deltaX || event.deltaY) / over.clientWidth) * (to - from);
        move({ from: from + by, to: to + by });
      } else zoom(event.deltaY > 0 ? PER_NOTCH : 1 / PER_NOTCH, shareOf(event.clientX));
    },
    { passive: false, signal },
  );
  over.addEventListener(
    'pointerdown',
    ({ pointerId, clientX }) => {
      fingers.set(pointerId, clientX);
      over.setPointerCapture(pointerId);
    },
    { signal },
  );
  over.addEventListener(
    'pointermove',
    ({ pointerId, clientX }) => {
      const before = fingers.get(pointerId);
      if (before === undefined || clientX === before) return;
      const other = [...fingers].find(([id]) => id !== pointerId)?.[1];
      fingers.set(pointerId, clientX);
      if (other === undefined) {
        const { from, to } = span();
        const by = ((before - clientX) / over.clientWidth) * (to - from);
        move({ from: from + by, to: to + by });
        return;
      }
      const [was, is] = [Math.abs(before - other), Math.abs(clientX - other)];
      if (was > 10 && is > 10) zoom(was / is, shareOf((clientX + other) / 2));
    },
    { signal },
  );
  for (const end of ['pointerup', 'pointercancel'] as const)
    over.addEventListener(end, ({ pointerId }) => fingers.delete(pointerId), { signal });
  over.addEventListener('dblclick', ({ clientX }) => zoom(0.5, shareOf(clientX)), { signal });
  return () => cleanup.abort();
}
