/** The processes as the guard's own report is to show them. */
import type { KnownProcess, ProcessLookup } from "../events/assembler-options.ts";
import { isIdOfPid, toProcessId } from "../process/process-id.ts";
import type { ProcessTree } from "../process/process-tree.ts";

export function toLookup(tree: ProcessTree): ProcessLookup {
  return {
    fork: (observation) => asSeenByJob(tree.fork(observation)),
    exec: (observation) => asSeenByJob(tree.exec(observation)),
    exit: (observation) => tree.exit(observation),
    withPid: (pid) => tree.withPid(pid),
    lastWithPid: (pid) => tree.lastWithPid(pid),
    toId: toProcessId,
  };
}

/** The guard is nobody's parent in its own report: what it starts is the root. */
function asSeenByJob(node: KnownProcess): KnownProcess {
  const isStartedByGuard = node.parentId !== null && isIdOfPid(node.parentId, process.pid);
  return isStartedByGuard ? { ...node, parentId: null } : node;
}
