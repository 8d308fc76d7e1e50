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
  const github = {
    url: environment["ACTIONS_ID_TOKEN_REQUEST_URL"],
    token: environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"],
  };
  const target = toCollectorTarget(config, {
    token,
    github,
    onToken: (shown) => redaction().addValue(shown, "the collector's token"),
  });
  if (target && github.token) redaction().addValue(github.token, "ACTIONS_ID_TOKEN_REQUEST_TOKEN");
  if (token !== undefined && token !== "") {
    redaction().addValue(token, COLLECTOR_TOKEN_VARIABLE);
    hideCollectorToken();
  }
  return target;
}
