export interface LogBounds {
  /** Each takes a descriptor and half a MiB. Files beyond that take turns: what was read to its end makes room. */
  readonly maxOpenFiles: number;
  /** Names that are known; also what is read of one directory. */
  readonly maxFiles: number;
  /** Of all files together, every `periodMs`. */
  readonly maxBytesPerTick: number;
  /** What is unread of one file beyond that is skipped, and counted. */
  readonly maxBacklogBytes: number;
  readonly periodMs: number;
  /** A file that was deleted or replaced is read for so long after its last growth: whoever has it open may write on. */
  readonly lingerMs: number;
  /** How long it may take to catch up when all is asked for. */
  readonly flushMs: number;
  /** Different secrets and logs of which copies are told apart. */
  readonly maxSecrets: number;
}

/**
 * The runner writes some four files at a time, and fills a page of 8 MiB in seconds at most. 16 MiB a tick are 80 MB/s: more
 * than a runner writes, and less than half of what is searched in a second.
 */
export const DEFAULT_LOG_BOUNDS: LogBounds = {
  maxOpenFiles: 32,
  maxFiles: 4_096,
  maxBytesPerTick: 16 * 1024 * 1024,
  maxBacklogBytes: 512 * 1024 * 1024,
  periodMs: 200,
  lingerMs: 5_000,
  flushMs: 5_000,
  maxSecrets: 4_096,
};
