/** Changes of tables in nftables that are not the guard's: tables of the job's own can lead packets past it. */
import { readFileSync } from "node:fs";

import type { TamperObservation } from "../../observation.ts";
import type { RulesetChange } from "../netlink/ruleset-watch.ts";
import { readPidNamespace } from "../nftables/owner-state.ts";

/** Of the first pid namespace (PROC_PID_INIT_INO of include/linux/proc_ns.h). */
const FIRST_PID_NAMESPACE = 0xefff_fffc;

/** Numbers of processes are 22 bits long (PID_MAX_LIMIT); what the kernel gives to a process's second socket is larger. */
const MAX_PID = 0x40_0000;

/** Names whoever did it as /proc here does, as far as that can be known: one of each number that may be his. */
export function createForeignTableTelling(): (change: RulesetChange) => TamperObservation[] {
  const isFirst = readPidNamespace() === FIRST_PID_NAMESPACE;
  return (change) => {
    const { what, family, table, program } = change;
    const by = program === undefined ? "" : ` by ${program}`;
    const pids = isFirst ? findPids(change) : [change.portId];
    return pids.map((pid) => ({
      kind: "tamper",
      at: Date.now() * 1000,
      pid,
      isOfJobAlone: true,
      message: `the job changed nftables: table ${family} ${table} (${what})${by}`,
      evidence: { table, what, ...(program === undefined ? {} : { program }) },
    }));
  };
}

/**
 * The kernel names the thread (task_pid_nr). Of one that has ended, the number of its socket tells the process: libmnl and
 * the like ask for none, and then it is that one's.
 */
function findPids({ pid, portId }: RulesetChange): number[] {
  const ofSocket = portId > 0 && portId <= MAX_PID ? [portId] : [];
  if (pid === undefined) return ofSocket;
  const group = findThreadGroup(pid);
  return group === undefined ? [...new Set([pid, ...ofSocket])] : [group];
}

function findThreadGroup(thread: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${thread}/status`, "latin1");
    return Number(/^Tgid:\s(\d+)$/m.exec(status)?.[1]);
  } catch {
    return undefined;
  }
}
