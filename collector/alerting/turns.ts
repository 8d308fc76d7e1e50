/** One after the other: what one reads is what the one before has written. */
export interface Turns {
  take<Result>(work: () => Promise<Result>): Promise<Result>;
  /** When those are over that were taken by now. */
  idle(): Promise<void>;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take(work) {
      const result = last.then(work);
      last = result.catch(() => undefined);
      return result;
    },
    async idle() {
      await last;
    },
  };
}
