const EVERY_MS = 800;

/**
 * All that is unacknowledged blinks together. A timer and not an animation: hundreds of rows that are animated each by
 * itself cost a frame more than the list that they stand in.
 */
export function startBlinking(): void {
  const { dataset } = document.documentElement;
  setInterval(() => {
    dataset['blink'] = dataset['blink'] === 'off' ? 'on' : 'off';
  }, EVERY_MS);
}
