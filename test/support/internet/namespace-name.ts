import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

/** Names what belongs to this process, so that a later one can tell whether its owner still lives. */
const PATTERN = /^rginternet-(\d+)-(\d+)-[0-9a-f]{8}-[a-z0-9-]+$/;

/** The same for all namespaces of one internet; `toNamespaceName` adds which one it is. */
export function createNamePrefix(): string {
  return `rginternet-${process.pid}-${startOf(process.pid)}-${randomBytes(4).toString("hex")}`;
}

/** Of a namespace or folder that an internet made, whose maker is gone. */
export function isLeftOver(name: string): boolean {
  const [, pid, startedAt] = PATTERN.exec(name) ?? [];
  return pid !== undefined && startOf(Number(pid)) !== startedAt;
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)): a pid that is used again has another one. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
