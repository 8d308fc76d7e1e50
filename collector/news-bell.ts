/** Tells those who act on news of findings that there are some on disk. */
export interface NewsBell {
  ring: () => void;
  /** Until it is disposed of. */
  listen(onNews: () => void): Disposable;
}

export function createNewsBell(): NewsBell {
  const listeners = new Set<() => void>();
  return {
    ring() {
      for (const onNews of listeners) onNews();
    },
    listen(onNews) {
      listeners.add(onNews);
      return { [Symbol.dispose]: () => void listeners.delete(onNews) };
    },
  };
}
