import { readlinkSync } from "node:fs";

import { type PosturePlaces, toLinkPath } from "../posture-places.ts";
import { isAccessible } from "../read-bounded.ts";

/** PROC_PID_INIT_INO and PROC_IPC_INIT_INO of include/linux/proc_ns.h, fixed since Linux 3.8. */
const INITIAL = { pid: "pid:[4026531836]", ipc: "ipc:[4026531839]" };
/** The kernel registers this setting in the first network namespace alone (net/core/sysctl_net_core.c). */
const FIRST_NETWORK_ONLY = "proc/sys/net/core/netdev_max_backlog";

/** Which of the machine's own namespaces this process is in. Undefined: /proc does not tell. */
export function readSharedNamespaces(places: PosturePlaces): readonly string[] | undefined {
  const found: string[] = [];
  for (const [name, initial] of Object.entries(INITIAL)) {
    const link = readLink(toLinkPath(places, `proc/self/ns/${name}`));
    if (link === undefined) return undefined;
    if (link === initial) found.push(name);
  }
  if (isAccessible(places, FIRST_NETWORK_ONLY)) found.push("network");
  return found;
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
