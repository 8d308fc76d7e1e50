/** Changes of tables in nftables that are not the guard's: tables of the job's own can lead packets past it. */
import { readFileSync } from "node:fs";

import type { TamperObservation } from "../../observation.ts";
import type { RulesetChange } from "../netlink/ruleset-watch.ts";
import { readPidNamespace } from "../nftables/owner-state.ts";

/** Of the first pid namespace (PROC_PID_INIT_INO of include/linux/proc_ns.h). */
const FIRST_PID_NAMESPACE = 0xefff_fffc;

/** Names whoever did it as /proc here does, as far as that can be known. */
export function createForeignTableTelling(): (change: RulesetChange) => TamperObservation {
  const isFirst = readPidNamespace() === FIRST_PID_NAMESPACE;
  return (change) => {
    const { what, family, table, program } = change;
    const by = program === undefined ? "" : ` by ${program}`;
    return {
      kind: "tamper",
      at: Date.now() * 1000,
      pid: isFirst ? findThreadGroup(change.pid) : toPid(change.portId),
      isOfJobAlone: true,
      message: `the job changed nftables: table ${family} ${table} (${what})${by}`,
      evidence: { table, what, ...(program === undefined ? {} : { program }) },
    };
  };
}

/** The kernel names the thread (task_pid_nr). Of a thread that has ended there is nothing to be known. */
function findThreadGroup(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    return Number(/^Tgid:\s(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]);
  } catch {
    return pid;
  }
}

/** What nft's socket has for a number is that of its process, in the namespace where that one lives. */
function toPid(portId: number): number | undefined {
  return portId === 0 ? undefined : portId;
}
