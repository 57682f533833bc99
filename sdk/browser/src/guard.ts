// Nothing of ours may ever be seen by the page: every function the page or the browser calls is
// guarded. What goes wrong in it is lost on purpose.

/** The same function, but it never throws. */
export const guard =
  <A extends unknown[]>(work: (...args: A) => unknown): ((...args: A) => void) =>
  (...args) => {
    try {
      work(...args);
    } catch {
      // The page goes on as if we were not there.
    }
  };

/** Listens on the window, where events of the document arrive, too. */
export const listen = <E extends Event>(
  type: string,
  heard: (event: E) => unknown,
  isFirst?: boolean,
): void => addEventListener(type, guard(heard) as EventListener, isFirst);
