import { type Check, failed, notApplicable, passed, unknown } from "../check.ts";
import { findMount } from "../facts/mount-table.ts";

export const privilegedContainer: Check = {
  id: "privileged-container",
  title: "Privileged container",
  severity: "critical",
  why: "A privileged container is the machine: whatever runs in it can mount the machine's disk, load kernel modules and leave for the host.",
  mend: "Take `privileged: true` (or --privileged) away; give the one capability that is needed by name",
  judge({ isContainer, rights, mounts, devices }) {
    if (!isContainer) return notApplicable("this is no container");
    if (rights === undefined) return unknown("/proc does not show this process");
    const sysfs = findMount(mounts, "/sys");
    const isWritable = sysfs !== undefined && !sysfs.options.includes("ro");
    const signs = [
      ...(rights.hasAllCapabilities
        ? ["it has the capabilities that only privileged ones get"]
        : []),
      ...(isWritable ? ["/sys is writable"] : []),
      ...(devices.length > 0 ? ["the machine's disks are in /dev"] : []),
    ];
    // One alone is given by name too; two are not.
    return signs.length > 1
      ? failed(`the container is privileged: ${signs.join(", ")}`)
      : passed("the container is not privileged");
  },
};
