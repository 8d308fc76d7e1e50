/** Measures in rounds; one in which the machine's host took much of the processors is shown, and not counted. */

/** Of all processors: beyond that the tail is the host's. */
export const MAX_STOLEN_SHARE = 0.1;

export interface Round<Measured> {
  readonly measured: Measured;
  readonly stolenShare: number;
  /** Another one was measured in its place. */
  readonly isDiscarded: boolean;
}

export interface RoundsOptions<Measured> {
  readonly rounds: number;
  /** How many may be measured again in sum; when none is left, a round counts as it is. */
  readonly repeats: number;
  readonly measure: () => Promise<Measured>;
  readonly toStolenShare: (measured: Measured) => number;
}

export async function measureCalmRounds<Measured>(
  options: RoundsOptions<Measured>,
): Promise<Round<Measured>[]> {
  const { rounds, repeats, measure, toStolenShare } = options;
  const done: Round<Measured>[] = [];
  let discarded = 0;
  while (done.length < rounds + discarded) {
    const measured = await measure();
    const stolenShare = toStolenShare(measured);
    const isDiscarded = stolenShare > MAX_STOLEN_SHARE && discarded < repeats;
    if (isDiscarded) discarded += 1;
    done.push({ measured, stolenShare, isDiscarded });
  }
  return done;
}
