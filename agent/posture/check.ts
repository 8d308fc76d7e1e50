import type { Severity } from "../../protocol/index.ts";
import type { PostureFacts } from "./posture-facts.ts";

/** What one check says of this machine. No message holds a value that could be a secret: names and places alone. */
export interface Verdict {
  /** `not-applicable`: there is nothing here that could be wrong. `unknown`: the guard may not look. */
  readonly status: "passed" | "failed" | "unknown" | "not-applicable";
  readonly message: string;
}

/** One thing that makes a runner easier or harder to take over. */
export interface Check {
  /** A fixed name, for scripts. */
  readonly id: string;
  readonly title: string;
  /** How grave it is when it fails. */
  readonly severity: Severity;
  readonly why: string;
  readonly mend: string;
  readonly judge: (facts: PostureFacts) => Verdict;
}

export function passed(message: string): Verdict {
  return { status: "passed", message };
}

export function failed(message: string): Verdict {
  return { status: "failed", message };
}

export function unknown(message: string): Verdict {
  return { status: "unknown", message };
}

export function notApplicable(message: string): Verdict {
  return { status: "not-applicable", message };
}
