import { onScopeDispose, watch } from 'vue';
import type { WatchSource } from 'vue';

/** Does something soon after a change, and at most once in that time however many changes come: floods are told in one. */
export function watchCalmly(source: WatchSource | WatchSource[], act: () => void, everyMs = 1000): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let actedAt = 0;
  watch(source, () => {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        actedAt = performance.now();
        act();
      },
      Math.max(0, actedAt + everyMs - performance.now()),
    );
  });
  onScopeDispose(() => clearTimeout(timer));
}
