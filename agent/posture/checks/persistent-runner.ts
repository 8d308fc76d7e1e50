import { type Check, failed, passed, unknown } from "../check.ts";

export const persistentRunner: Check = {
  id: "persistent-runner",
  title: "Persistent runner",
  severity: "high",
  why: "What one job leaves on a runner that stays (a changed tool, a process, a poisoned cache) is there for the next, of whatever repository.",
  mend: "Register runners with --ephemeral or just-in-time configuration, and throw the machine or pod away after each job",
  judge({ runner }) {
    if (runner === undefined) return unknown("no runner of GitHub Actions was found by its files");
    if (runner.isEphemeral === true) return passed("the runner is ephemeral");
    return runner.isEphemeral === false
      ? failed(`the runner in ${runner.path} stays after the job`)
      : unknown(`${runner.path}/.runner is not readable`);
  },
};
