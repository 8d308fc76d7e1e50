/** A tenant at a glance, in figures. */
export interface OpenFindings {
  /** By severity. */
  readonly counts: ReadonlyMap<string, number>;
  /** False: there are more findings than were looked at. */
  readonly isWhole: boolean;
}

export interface RunCounts {
  readonly live: number;
  readonly silent: number;
  /** Of those that are live: a guard that lacks a sensor, or cannot block though it was asked to. */
  readonly degraded: number;
}

export interface DenialCount {
  /** Hours since 1970. */
  readonly hour: number;
  readonly subject: string;
  readonly verdict: string;
  readonly count: number;
}

export interface OverviewStore {
  countRuns(tenant: string): RunCounts;
  countOpenFindings(tenant: string, now: number): OpenFindings;
  /** Of that hour and later, in order. */
  listDenials(tenant: string, sinceHour: number): readonly DenialCount[];
}
