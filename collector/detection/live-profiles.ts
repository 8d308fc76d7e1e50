/** Profiles of runs that go on: so many, and no more. A run that had to make room is judged when it has ended. */
export interface LiveProfiles<Profile> {
  find(runId: string): Profile | undefined;
  /** Of whoever was looked at longest ago another one goes, where there is no more room. */
  keep(runId: string, profile: Profile): void;
  forget(runId: string): void;
  /** It had to make room once: read again with each batch it would cost ever more. */
  isLeftToEnd(runId: string): boolean;
  readonly leftToEnd: number;
}

export interface LiveProfilesBounds {
  readonly maxProfiles: number;
  /** Names of runs: those that made room longest ago may have a place again. */
  readonly maxLeftToEnd: number;
}

export function createLiveProfiles<Profile>(bounds: LiveProfilesBounds): LiveProfiles<Profile> {
  const profiles = new Map<string, Profile>();
  const left = new Set<string>();
  let leftToEnd = 0;
  const makeRoom = (): void => {
    for (const runId of profiles.keys()) {
      if (profiles.size < bounds.maxProfiles) return;
      profiles.delete(runId);
      left.add(runId);
      leftToEnd += 1;
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
    forget(runId) {
      profiles.delete(runId);
      left.delete(runId);
    },
    isLeftToEnd: (runId) => left.has(runId),
    get leftToEnd() {
      return leftToEnd;
    },
  };
}
