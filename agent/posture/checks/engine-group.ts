import { type Check, failed, notApplicable, passed } from "../check.ts";

const STRONG_GROUPS = new Set(["docker", "lxd", "incus", "incus-admin", "libvirt", "disk", "kmem"]);

export const engineGroup: Check = {
  id: "engine-group",
  title: "Groups that are as good as root",
  severity: "high",
  why: "Members of these groups can start a container with the machine's disk in it, or read the disk itself.",
  mend: "Remove the job's user from the group (gpasswd -d USER docker); use a rootless engine",
  judge({ name, rights }) {
    if (rights?.userId === 0) return notApplicable("root needs no group; see run-as-root");
    const held = name.groups.filter((group) => STRONG_GROUPS.has(group));
    return held.length > 0
      ? failed(`the job's user is in ${held.join(", ")}`)
      : passed("the job's user is in no group that is as good as root");
  },
};
