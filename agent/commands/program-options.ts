import type { Redaction } from "../redact/redaction.ts";
import type { ProgramSurroundings } from "./program-surroundings.ts";

export type { Output, SetOutcome } from "./program-surroundings.ts";

/** What is written to its outputs goes through its redaction. */
export interface ProgramOptions extends ProgramSurroundings {
  /** The one of this process; made when it is first asked for. */
  readonly redaction: () => Redaction;
}
