import type { Microseconds } from "../../observation.ts";

export interface LogPlace {
  /** In words: `log of the step "Run npm test"`, `log /var/log/build.log`, `standard input`. */
  readonly where: string;
  /** The step's title, where the log says it. */
  readonly step: string | undefined;
  readonly at: Microseconds;
}
