import { type Check, failed, notApplicable, passed, unknown } from "../check.ts";

export const seccomp: Check = {
  id: "seccomp",
  title: "Seccomp",
  severity: "medium",
  why: "Without a filter a container may use every system call, those included by which most escapes from containers began.",
  mend: "securityContext.seccompProfile.type: RuntimeDefault; no --security-opt seccomp=unconfined",
  judge({ rights, isContainer }) {
    if (!isContainer) return notApplicable("this is no container");
    if (rights === undefined || rights.seccomp === "unknown") {
      return unknown("the kernel does not tell of seccomp");
    }
    return rights.seccomp === "off"
      ? failed("no seccomp filter is in force")
      : passed("a seccomp filter is in force");
  },
};
