import { type Check, failed, passed, unknown } from "../check.ts";

export const noLimits: Check = {
  id: "no-limits",
  title: "Resource limits",
  severity: "low",
  why: "A job that takes all memory or all processes takes down the machine, and the guard and other jobs with it.",
  mend: "resources.limits.memory in the pod and podPidsLimit of the kubelet; --memory and --pids-limit; MemoryMax and TasksMax of the unit",
  judge({ limits }) {
    if (limits === undefined) return unknown("no tree of control groups shows the limits");
    const missing = [
      ...(limits.hasMemoryLimit ? [] : ["memory"]),
      ...(limits.hasProcessLimit ? [] : ["processes"]),
    ];
    return missing.length > 0
      ? failed(`nothing limits the job's ${missing.join(" and ")}`)
      : passed("memory and processes are limited");
  },
};
