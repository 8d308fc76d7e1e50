/** How parts of the agent that see what rules cannot tell of it: the rule's own severity, response and words are added there. */
import type { Severity } from "../../protocol/index.ts";
import type { Microseconds } from "../observation.ts";

export interface FlaggedThing {
  /** A rule's id. */
  readonly rule: string;
  readonly at: Microseconds;
  /** Null: nobody knows. */
  readonly process: { readonly id: string; readonly pid: number } | null;
  /** One sentence without a full stop. */
  readonly message: string;
  /** What makes two the same. */
  readonly subject: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Where it is not the rule's own. */
  readonly severity?: Severity;
  /** How often it was seen. */
  readonly times: number;
}

export type Flag = (thing: FlaggedThing) => void;
