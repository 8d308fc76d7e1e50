/** What the proc sensor may hold in memory. */
export interface ProcBounds {
  readonly maxProcesses: number;
  readonly maxSockets: number;
  /** Lines read from the socket tables of one network namespace. */
  readonly maxSocketRows: number;
  readonly maxNetworkNamespaces: number;
  readonly maxDescriptorsPerProcess: number;
  readonly maxWatchedDirectories: number;
  readonly maxArgs: number;
  readonly maxArgBytes: number;
  readonly maxEnvironmentBytes: number;
  readonly maxEnvironmentValueBytes: number;
}

/** Some 20 MB at the very most: a tracked process or socket weighs about 500 bytes. */
export const DEFAULT_PROC_BOUNDS: ProcBounds = {
  maxProcesses: 16_384,
  maxSockets: 16_384,
  maxSocketRows: 65_536,
  maxNetworkNamespaces: 32,
  maxDescriptorsPerProcess: 16_384,
  maxWatchedDirectories: 256,
  maxArgs: 256,
  maxArgBytes: 8_192,
  maxEnvironmentBytes: 262_144,
  maxEnvironmentValueBytes: 4_096,
};
