import { type Check, failed, passed, unknown } from "../check.ts";

/** GitHub registers no runner that is older (announced for 2026). */
const OLDEST_TAKEN = "2.329.0";

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}

export const runnerVersion: Check = {
  id: "runner-version",
  title: "Runner version",
  severity: "medium",
  why: "An old runner misses fixes, and GitHub turns versions away that are too old.",
  mend: "Let the runner update itself, or build its image anew within 30 days of each release",
  judge({ runner }) {
    const version = runner?.version;
    if (version === undefined) return unknown("the runner's version is not readable");
    return isOlder(version, OLDEST_TAKEN)
      ? failed(`the runner is version ${version}, older than ${OLDEST_TAKEN}`)
      : passed(`the runner is version ${version}`);
  },
};
