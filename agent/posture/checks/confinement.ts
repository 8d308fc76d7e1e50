import { type Check, failed, notApplicable, passed } from "../check.ts";

export const confinement: Check = {
  id: "confinement",
  title: "AppArmor or SELinux",
  severity: "low",
  why: "A profile keeps a container from the files and mounts of the machine even when it is root.",
  mend: "Load AppArmor on the machine and use RuntimeDefault; no --security-opt apparmor=unconfined or label=disable",
  judge({ rights, isContainer }) {
    if (!isContainer) return notApplicable("this is no container");
    const label = rights?.confinement;
    const isFree = label === undefined || /^unconfined|:(?:unconfined|spc)_t:/.test(label);
    return isFree
      ? failed("neither AppArmor nor SELinux confines this container")
      : passed("a profile confines this container");
  },
};
