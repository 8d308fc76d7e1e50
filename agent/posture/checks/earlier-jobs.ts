import { type Check, failed, passed, unknown } from "../check.ts";
import { listed } from "../listed.ts";

export const earlierJobs: Check = {
  id: "earlier-jobs",
  title: "Remains of earlier jobs",
  severity: "medium",
  why: "Sources, build products and credentials of another job are in reach of this one, and those of this one are in reach of the next.",
  mend: "Use an ephemeral runner, or delete the work directory between jobs",
  judge({ runner }) {
    if (runner === undefined) return unknown("no runner of GitHub Actions was found by its files");
    const { otherCheckouts, jobsRun = 0 } = runner;
    if (otherCheckouts.length > 0) {
      return failed(`the work directory still has ${listed(otherCheckouts)}`);
    }
    return jobsRun > 1
      ? failed(`the runner has the logs of ${jobsRun} jobs, this one included`)
      : passed("nothing of an earlier job was found");
  },
};
