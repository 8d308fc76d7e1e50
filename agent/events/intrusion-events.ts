import type { MemoryAccessObservation, PrivilegedObservation } from "../observation.ts";
import type { AssemblerOptions } from "./assembler-options.ts";

type Parts = Pick<AssemblerOptions, "processes" | "coalescer">;

export function addMemoryAccess(
  { processes, coalescer }: Parts,
  observation: MemoryAccessObservation,
): void {
  const { method, target, targetPid: pid, at } = observation;
  // The kernel lets the call end, and gives nothing to whoever was killed meanwhile.
  const succeeded = observation.succeeded && observation.killed !== true;
  const process = processes.toId(observation.process);
  const targetId = target ? processes.toId(target) : processes.withPid(pid)?.id;
  coalescer.add(`m ${process} ${method} ${pid} ${targetId} ${succeeded}`, at, () => ({
    kind: "memory-access",
    process,
    method,
    target: targetId === undefined ? { pid } : { pid, process: targetId },
    succeeded,
  }));
}

export function addPrivilegedOperation(
  { processes, coalescer }: Parts,
  { process: ref, operation, detail, succeeded, at }: PrivilegedObservation,
): void {
  const process = processes.toId(ref);
  coalescer.add(`p ${process} ${operation} ${succeeded} ${detail}`, at, () => ({
    kind: "privileged-operation",
    process,
    operation,
    detail,
    succeeded,
  }));
}
