/** Profiles of runs that go on: so many, and so heavy together, and no more. A run that had to make room is judged when it has ended. */
export interface LiveProfiles<Profile> {
  find(runId: string): Profile | undefined;
  /** Of whoever was looked at longest ago another one goes, where there is no more room. */
  keep(runId: string, profile: Profile): void;
  /** It has so much by now. The heaviest goes where they are too heavy together. */
  weigh(runId: string, weight: number): void;
  forget(runId: string): void;
  /** It had to make room once: read again with each batch it would cost ever more. */
  isLeftToEnd(runId: string): boolean;
  readonly leftToEnd: number;
}

export interface LiveProfilesBounds {
  readonly maxProfiles: number;
  readonly maxWeight: number;
  /** Names of runs: those that made room longest ago may have a place again. */
  readonly maxLeftToEnd: number;
}

export function createLiveProfiles<Profile>(bounds: LiveProfilesBounds): LiveProfiles<Profile> {
  const profiles = new Map<string, Profile>();
  const weights = new Map<string, number>();
  const left = new Set<string>();
  let sum = 0;
  let leftToEnd = 0;
  const weigh = (runId: string, weight: number): void => {
    sum += weight - (weights.get(runId) ?? 0);
    if (weight === 0) weights.delete(runId);
    else weights.set(runId, weight);
  };
  const leave = (runId: string): void => {
    profiles.delete(runId);
    weigh(runId, 0);
    left.add(runId);
    leftToEnd += 1;
  };
  const makeRoom = (): void => {
    for (const runId of profiles.keys()) {
      if (profiles.size < bounds.maxProfiles) return;
      leave(runId);
    }
  };
  const boundLeft = (): void => {
    for (const runId of left) {
      if (left.size <= bounds.maxLeftToEnd) return;
      left.delete(runId);
    }
  };
  return {
    find: (runId) => profiles.get(runId),
    keep(runId, profile) {
      if (!profiles.delete(runId)) makeRoom();
      boundLeft();
      profiles.set(runId, profile);
    },
    weigh(runId, weight) {
      weigh(runId, weight);
      if (sum <= bounds.maxWeight) return;
      const [heaviest] = [...weights].toSorted(([, one], [, other]) => other - one);
      if (heaviest !== undefined) leave(heaviest[0]);
    },
    forget(runId) {
      profiles.delete(runId);
      weigh(runId, 0);
      left.delete(runId);
    },
    isLeftToEnd: (runId) => left.has(runId),
    get leftToEnd() {
      return leftToEnd;
    },
  };
}
