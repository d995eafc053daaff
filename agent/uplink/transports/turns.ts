/** What is being done at a place, by its path. An uplink that was just released may still be at it. */
const underWay = new Map<string, Promise<unknown>>();

/** Does one thing after the other at one place, in the order asked for, whether the one before went well or not. */
export function inTurn<T>(place: string, act: () => Promise<T>): Promise<T> {
  const before = underWay.get(place) ?? Promise.resolve();
  const turn = before.then(act, act);
  underWay.set(place, turn);
  const forget = (): void => {
    if (underWay.get(place) === turn) underWay.delete(place);
  };
  turn.then(forget, forget);
  return turn;
}
