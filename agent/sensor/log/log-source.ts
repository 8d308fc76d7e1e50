/** Where a log comes from. */
export interface LogSource {
  /** Reads what has come, finds what is new and what has gone, and returns how many bytes were read. */
  take(maxBytes: number): number;
  /** False: there is nothing of its kind, as far as can be seen. */
  readonly isThere: boolean;
  /** Why nothing is read; undefined where something is. */
  readonly problem: string | undefined;
  /** What is there and was not read. */
  unreadBytes(): number;
  /** For the last time: what is begun ends. */
  end(): void;
}
