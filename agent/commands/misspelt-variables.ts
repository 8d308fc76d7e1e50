import { closestWord } from "../../protocol/closest-word.ts";
import { COMMAND_OPTIONS, RUN_OPTIONS, toVariableName, WATCH_OPTIONS } from "../config.ts";
import { COLLECTOR_TOKEN_VARIABLE } from "./guarding/collector-token.ts";
import { FINGERPRINT_KEY_VARIABLE } from "./guarding/fingerprint-key.ts";

const PREFIX = "RUNNER_GUARD_";

/** One sentence for each variable that is none of ours and nearly is: it would change nothing, unnoticed. */
export function describeMisspeltVariables(
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  const options = Object.keys({ ...RUN_OPTIONS, ...COMMAND_OPTIONS, ...WATCH_OPTIONS });
  const known = [
    ...options.map(toVariableName),
    COLLECTOR_TOKEN_VARIABLE,
    FINGERPRINT_KEY_VARIABLE,
  ];
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .flatMap((name) => {
      const meant = closestWord(name, known) ?? longestBeginning(name, known);
      return meant === undefined ? [] : [`${name} is not known; did you mean ${meant}?`];
    });
}

/** One whose name goes on after that of ours, as `RUNNER_GUARD_COLLECTOR_URL` does. */
function longestBeginning(name: string, known: readonly string[]): string | undefined {
  return known
    .filter((one) => name.startsWith(`${one}_`))
    .toSorted((left, right) => right.length - left.length)[0];
}
