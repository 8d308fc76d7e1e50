/** Turns "this many are over the bound now" into losses that are each counted once. */
export interface ExcessCounter {
  /** How many of `excess` were not over the bound at the sample before. */
  increaseTo(excess: number): number;
}

/** What is over the bound cannot be remembered one by one; what came and went between two samples is not counted. */
export function createExcessCounter(): ExcessCounter {
  let previous = 0;
  return {
    increaseTo(excess) {
      const increase = Math.max(0, excess - previous);
      previous = excess;
      return increase;
    },
  };
}
