import { type Check, failed, notApplicable, passed, unknown } from "../check.ts";
import { findMount } from "../facts/mount-table.ts";

export const writableRoot: Check = {
  id: "writable-root",
  title: "Writable root file system",
  severity: "low",
  why: "Programs of the image that a job can change are run by the steps that come after.",
  mend: "readOnlyRootFilesystem: true, with emptyDir volumes for the work directory and /tmp",
  judge({ isContainer, mounts }) {
    if (!isContainer) return notApplicable("this is no container");
    const root = findMount(mounts, "/");
    if (root === undefined) return unknown("/proc does not show the mounts");
    return root.options.includes("ro")
      ? passed("the root file system is read-only")
      : failed("the root file system is writable");
  },
};
