import { type Check, failed, passed, unknown } from "../check.ts";

export const runAsRoot: Check = {
  id: "run-as-root",
  title: "Running as root",
  severity: "medium",
  why: "Root of a machine owns it; root of a container is one kernel bug or one mounted path away from that, and can rewrite every tool of the job.",
  mend: "Run the runner as a user of its own (runAsNonRoot: true, runAsUser in a pod)",
  judge({ rights }) {
    if (rights === undefined) return unknown("/proc does not show this process");
    return rights.userId === 0
      ? failed("the job runs as root")
      : passed(`the job runs as user ${rights.userId}`);
  },
};
