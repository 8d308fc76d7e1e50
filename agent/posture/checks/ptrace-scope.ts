import { type Check, failed, passed, unknown } from "../check.ts";

export const ptraceScope: Check = {
  id: "ptrace-scope",
  title: "Reading other processes",
  severity: "medium",
  why: "Any process of the job's user can read the memory of the runner, where the secrets of all steps are.",
  mend: "sysctl kernel.yama.ptrace_scope=1 on the machine",
  judge({ kernel }) {
    if (kernel.ptraceScope === undefined) return unknown("this kernel has no Yama");
    return kernel.ptraceScope === 0
      ? failed("a process may read the memory of every other of its user (ptrace_scope is 0)")
      : passed(
          `the kernel keeps processes from each other's memory (ptrace_scope is ${kernel.ptraceScope})`,
        );
  },
};
