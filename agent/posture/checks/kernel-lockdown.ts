import { type Check, failed, passed, unknown } from "../check.ts";

export const kernelLockdown: Check = {
  id: "kernel-lockdown",
  title: "Kernel lockdown",
  severity: "info",
  why: "Without it root can change the running kernel, and hide from whatever looks at it.",
  mend: "Boot with lockdown=integrity (Secure Boot does that on most distributions)",
  judge({ kernel }) {
    if (kernel.lockdown === undefined) return unknown("the kernel does not tell of lockdown");
    return kernel.lockdown === "none"
      ? failed("root can change the running kernel")
      : passed(`the kernel is locked down (${kernel.lockdown})`);
  },
};
