/** What only asking tells. Nobody is asked unless the user said so. */
export interface Probes {
  /** Whether a cloud's metadata service takes connections. */
  readonly metadata?: boolean;
  /** What the mounted ServiceAccount may do, as `get secrets`. */
  readonly mayDo?: readonly string[];
}

export const NOTHING_PROBED: Probes = {};
