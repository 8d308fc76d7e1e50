/** What jobs use, counted for each job and day while their batches came in. */
export interface UsageScope {
  readonly tenant: string;
  /** Of this repository's jobs; null: of those without one. */
  readonly repository: string | null;
  /** The first day in UTC that counts, `2026-01-31`. */
  readonly since: string;
  readonly limit: number;
}

interface Usage {
  readonly count: number;
  /** Days in UTC. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** The run that used it last on that day. */
  readonly lastRun: string;
}

export interface DestinationUsage extends Usage {
  readonly host: string;
  readonly port: number;
  readonly transport: string;
  readonly verdict: string;
}

export interface NameUsage extends Usage {
  readonly name: string;
  readonly verdict: string;
}

export interface ProgramUsage extends Usage {
  readonly program: string;
  /** Empty where it was not known. */
  readonly parent: string;
}

/** What was used most comes first. */
export interface UsageList<Item> {
  readonly items: readonly Item[];
  /** False: there is so much of it that not all was looked at, or that not all is in the list. */
  readonly isWhole: boolean;
}

export interface RunDrop {
  readonly sensor: string;
  readonly reason: string;
  readonly count: number;
}

export interface UsageStore {
  listDestinations(scope: UsageScope): UsageList<DestinationUsage>;
  listNames(scope: UsageScope): UsageList<NameUsage>;
  listPrograms(scope: UsageScope): UsageList<ProgramUsage>;
  /** What the guard of a run had to let go, and why. */
  listDrops(runId: string): readonly RunDrop[];
  /** Of batches as they were sent, with a fixed weight for each row beside them. */
  countStoredBytes(tenant: string): number;
}
