import type { ObservedLog } from "./observed-log.ts";

/** What was searched and what was found in it. Nothing of it is a secret, and all of it is visible. */
export interface CheckResult {
  readonly log: Pick<ObservedLog, "listed" | "total" | "byRule" | "lines" | "bytes">;
  /** What the log is called. */
  readonly input: string;
  readonly version: string;
  /** Whether another run gives the same secret the same fingerprint. */
  readonly isKeyLasting: boolean;
  readonly colour: boolean;
}
