import { type Check, failed, notApplicable, passed, unknown } from "../check.ts";

export const hostNamespaces: Check = {
  id: "host-namespaces",
  title: "Host namespaces",
  severity: "high",
  why: "A container in the machine's namespaces sees its processes, its loopback services and its shared memory, and those of other jobs.",
  mend: "Take hostPID, hostNetwork and hostIPC (--pid, --network, --ipc host) away",
  judge({ isContainer, sharedNamespaces }) {
    if (!isContainer) return notApplicable("this is no container");
    if (sharedNamespaces === undefined) return unknown("/proc does not tell the namespaces");
    return sharedNamespaces.length > 0
      ? failed(`the container is in the machine's own namespaces: ${sharedNamespaces.join(", ")}`)
      : passed("the container has namespaces of its own");
  },
};
