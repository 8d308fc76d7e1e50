/** How much of a run a report lists by name. What finds no room is still counted, in `totals` and `dropped.notListed`. */
export interface ReportLimits {
  /** Processes listed, `reservedProcesses` of them only for such as something else in the report points at. */
  readonly processes: number;
  readonly reservedProcesses: number;
  /** Processes that found no room but are remembered for a while, lest something points at them soon; at least 1. */
  readonly waitingProcesses: number;
  /** Different connections listed, `reservedConnections` of them only for such as policy does not allow. */
  readonly connections: number;
  readonly reservedConnections: number;
  readonly files: number;
  /** Entries of each of the other lists; of findings, entries of each severity. */
  readonly others: number;
  /** How many DNS questions out of `others` are kept for names that policy does not allow. */
  readonly reservedDnsQueries: number;
  /** How many secrets out of `others` are kept for those that were printed. */
  readonly reservedSecrets: number;
  /** Programs that one process ran before its last. */
  readonly earlierPrograms: number;
  /** Different answers kept of one DNS question. */
  readonly dnsAnswers: number;
  readonly text: TextLimits;
}

export interface TextLimits {
  /** Characters that all the report's text may have before `spentCharacters` takes the place of `characters`. */
  readonly total: number;
  /** Characters of one path, name or argument. */
  readonly characters: number;
  readonly spentCharacters: number;
  /** Arguments of one process, and members of a finding's evidence. */
  readonly members: number;
  readonly spentMembers: number;
}

export const defaultReportLimits: ReportLimits = {
  // A large C++ build starts about 15,000 processes; 20,000 with their arguments take about 15 MB of memory.
  processes: 20_000,
  // As many as the connections, findings and the like of a busy job name; the rest of the list is first come.
  reservedProcesses: 2_000,
  // At 10,000 starts a second, half a second between a process's start and the first thing it does.
  waitingProcesses: 5_000,
  connections: 20_000,
  // So that a job cannot bury a forbidden destination under 20,000 harmless ones.
  reservedConnections: 5_000,
  files: 20_000,
  others: 5_000,
  // So that a job cannot bury a refused name under 5,000 subdomains of an allowed one.
  reservedDnsQueries: 1_000,
  // So that a job cannot bury a printed secret under 5,000 of its own making in arguments.
  reservedSecrets: 1_000,
  // Wrappers such as env, nice and sudo replace each other four or five deep.
  earlierPrograms: 16,
  // One answer of a large content network names about ten addresses.
  dnsAnswers: 32,
  text: {
    // Honest runs stay below 10 million; escaped six-fold in JSON this many stay far below V8's limit of 512 MB a string.
    total: 16_000_000,
    // PATH_MAX of Linux.
    characters: 4_096,
    // Enough for nearly every real path, so that what is listed late can still be read.
    spentCharacters: 128,
    members: 512,
    spentMembers: 4,
  },
};
