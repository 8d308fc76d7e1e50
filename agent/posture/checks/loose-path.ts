import { type Check, failed, passed } from "../check.ts";
import { listed } from "../listed.ts";

export const loosePath: Check = {
  id: "loose-path",
  title: "Loose entries of PATH",
  severity: "medium",
  why: "Who can put a file into a directory of PATH decides what `git` or `node` is for the steps that come after.",
  mend: "Take such directories out of PATH; write to GITHUB_PATH only directories that the job cannot change",
  judge({ looseEntries }) {
    const entries = looseEntries.map(({ entry, because }) => `${entry} (${because})`);
    return entries.length > 0
      ? failed(`PATH has ${listed(entries)}`)
      : passed("every directory of PATH is absolute, outside of the checkout and closed to others");
  },
};
