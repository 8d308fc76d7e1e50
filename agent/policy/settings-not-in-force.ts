import type { PolicyDocument } from "./policy-document.ts";
import type { Problem } from "./problem.ts";

/** What this release reads and does not act on. Whoever builds one of these takes its line away. */
const NOT_IN_FORCE: readonly {
  readonly path: readonly string[];
  readonly message: string;
}[] = [
  {
    path: ["egress", "dns"],
    message: "egress.dns is not in force in this release: DNS queries are not judged",
  },
  {
    path: ["rules"],
    message: "rules is not in force in this release: there are no rules to set",
  },
  {
    path: ["secrets"],
    message: "secrets is not in force in this release: nothing is redacted",
  },
];

/** Only for what the file itself sets: a default that is not in force was not asked for. */
export function findSettingsNotInForce(document: PolicyDocument): Problem[] {
  return NOT_IN_FORCE.filter(({ path }) => hasPath(document.value, path)).map(
    ({ path, message }) => ({
      offset: document.offsetOfKey(path.slice(0, -1), path.at(-1) ?? ""),
      message,
    }),
  );
}

function hasPath(value: unknown, path: readonly string[]): boolean {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return false;
    at = Object.getOwnPropertyDescriptor(at, key)?.value;
  }
  return true;
}
