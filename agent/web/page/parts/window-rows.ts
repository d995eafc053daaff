import { onBeforeUnmount, onMounted, ref, shallowRef } from 'vue';
import type { Ref } from 'vue';

interface Rows {
  /** What holds the rows. */
  readonly host: Ref<HTMLElement | undefined>;
  /** Every row is as high. Pixels */
  readonly rowHeight: () => number;
  readonly total: () => number;
}

const BEYOND = 8;
/** Not every step of the wheel changes what is drawn. Rows */
const STEP = 4;

/** Which rows of a long list are seen: only they are drawn, and room is kept for the others. */
export function windowRows({ host, rowHeight, total }: Rows) {
  const seen = shallowRef({ first: 0, last: 60 });
  const frame = ref<number>();
  const look = (): void => {
    frame.value = undefined;
    const top = host.value?.getBoundingClientRect().top ?? 0;
    const height = rowHeight();
    const first = Math.max(0, Math.floor(-top / height / STEP) * STEP - BEYOND);
    const last = Math.min(total(), Math.ceil((innerHeight - top) / height / STEP) * STEP + BEYOND);
    if (first !== seen.value.first || last !== seen.value.last) seen.value = { first, last: Math.max(first, last) };
  };
  const later = (): void => {
    frame.value ??= requestAnimationFrame(look);
  };
  onMounted(() => {
    addEventListener('scroll', later, { passive: true });
    addEventListener('resize', later);
    later();
  });
  onBeforeUnmount(() => {
    removeEventListener('scroll', later);
    removeEventListener('resize', later);
    if (frame.value !== undefined) cancelAnimationFrame(frame.value);
  });
  return { seen, look: later };
}
