import { type Check, failed, notApplicable, passed, unknown } from "../check.ts";

export const strongCapabilities: Check = {
  id: "strong-capabilities",
  title: "Capabilities",
  severity: "high",
  why: "Each of these lets a program leave its container, read other processes, or get round what keeps it from the network.",
  mend: "securityContext.capabilities.drop: [ALL], and add back what is needed by name",
  judge({ rights, isContainer }) {
    if (rights === undefined) return unknown("/proc does not show this process");
    if (!isContainer && rights.userId === 0) {
      return notApplicable("root of a machine has all; see run-as-root");
    }
    return rights.strongCapabilities.length > 0
      ? failed(`the job has ${rights.strongCapabilities.map((name) => `CAP_${name}`).join(", ")}`)
      : passed("the job has no capability that leads out");
  },
};
