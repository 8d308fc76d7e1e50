import type { PolicyDocument } from "./policy-document.ts";
import type { Problem } from "./problem.ts";
import { valueAt } from "./value-at.ts";

/** What this release reads and does not act on. Whoever builds one of these takes its line away. */
const NOT_IN_FORCE: readonly {
  readonly path: readonly string[];
  /** Where only one of the setting's values asks for something. */
  readonly value?: string;
  readonly message: string;
}[] = [
  {
    path: ["rules"],
    message: "rules is not in force in this release: there are no rules to set",
  },
  {
    path: ["secrets"],
    message: "secrets is not in force in this release: nothing is redacted",
  },
  {
    path: ["fail-on"],
    value: "finding-high",
    message: "fail-on: finding-high is not in force in this release: there are no rules to find it",
  },
];

/** Only for what the file itself sets: a default that is not in force was not asked for. */
export function findSettingsNotInForce(document: PolicyDocument): Problem[] {
  return NOT_IN_FORCE.filter(({ path, value }) => {
    const set = valueAt(document.value, path);
    if (value === undefined) return set !== undefined;
    return Array.isArray(set) ? set.includes(value) : set === value;
  }).map(({ path, message }) => ({
    offset: document.offsetOfKey(path.slice(0, -1), path.at(-1) ?? ""),
    message,
  }));
}
