import { Observable, Subscriber } from 'rxjs';

/**
 * The same observable, but an exception thrown while it is being released goes to `releaseFailed` instead of to whoever
 * unsubscribes: RxJS would throw it out of a timer, or out of the unsubscribe that releases every other source too, and
 * a socket that is closed twice would end the agent.
 *
 * RxJS runs finalizers inside `unsubscribe` and has no operator that catches there, so this seam subscribes by itself.
 */
export const contained = <T>(source$: Observable<T>, releaseFailed: (error: unknown) => void): Observable<T> =>
  new Observable<T>((subscriber) => source$.subscribe(new ContainedSubscriber(subscriber, releaseFailed)));

class ContainedSubscriber<T> extends Subscriber<T> {
  readonly #releaseFailed: (error: unknown) => void;

  constructor(destination: Subscriber<T>, releaseFailed: (error: unknown) => void) {
    super(destination);
    this.#releaseFailed = releaseFailed;
  }

  override unsubscribe(): void {
    try {
      super.unsubscribe();
    } catch (error) {
      this.#releaseFailed(error);
    }
  }
}
