import type { ProgramOptions } from "../program-options.ts";
import {
  type CollectorConfig,
  type CollectorTarget,
  toCollectorTarget,
} from "./collector-target.ts";
import { COLLECTOR_TOKEN_VARIABLE, hideCollectorToken } from "./collector-token.ts";

/**
 * With the token masked in all that the guard says, and gone from where others could read it. All else of the environment has to be
 * read by then. Throws `usage`.
 */
export function takeCollectorTarget(
  config: CollectorConfig,
  { environment, redaction }: Pick<ProgramOptions, "environment" | "redaction">,
): CollectorTarget | undefined {
  const token = environment[COLLECTOR_TOKEN_VARIABLE];
  const target = toCollectorTarget(config, token);
  if (target) redaction().addValue(target.token(), "the collector's token");
  if (token !== undefined && token !== "") {
    redaction().addValue(token, COLLECTOR_TOKEN_VARIABLE);
    hideCollectorToken();
  }
  return target;
}
