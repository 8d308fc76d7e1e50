import type { PolicyDocument } from "./policy-document.ts";
import type { Problem } from "./problem.ts";
import { valueAt } from "./value-at.ts";

/** What this release reads and does not act on. Whoever builds one of these takes its line away. */
const NOT_IN_FORCE: readonly {
  readonly path: readonly string[];
  readonly message: string;
}[] = [
  {
    path: ["rules"],
    message: "rules is not in force in this release: there are no rules to set",
  },
];

/** Only for what the file itself sets: a default that is not in force was not asked for. */
export function findSettingsNotInForce(document: PolicyDocument): Problem[] {
  return NOT_IN_FORCE.filter(({ path }) => valueAt(document.value, path) !== undefined).map(
    ({ path, message }) => ({
      offset: document.offsetOfKey(path.slice(0, -1), path.at(-1) ?? ""),
      message,
    }),
  );
}
