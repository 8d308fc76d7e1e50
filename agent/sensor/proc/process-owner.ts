export interface ProcessOwner {
  /** Real ids, as the kernel sensor reports them. */
  readonly userId: number;
  readonly groupId: number;
  /** The pid in each namespace the process is in, outermost first. */
  readonly namespacePids: readonly number[];
}

/**
 * From /proc/PID/status. The kernel escapes newlines in the process's name there, so no name can forge a line.
 * Undefined when the lines are missing.
 */
export function parseProcessOwner(bytes: Buffer): ProcessOwner | undefined {
  const text = bytes.toString("latin1");
  const userId = /^Uid:\s+(\d{1,10})/m.exec(text)?.[1];
  const groupId = /^Gid:\s+(\d{1,10})/m.exec(text)?.[1];
  if (userId === undefined || groupId === undefined) return undefined;
  const pids = /^NSpid:((?:\s+\d{1,10})+)$/m.exec(text)?.[1] ?? "";
  return {
    userId: Number(userId),
    groupId: Number(groupId),
    namespacePids: pids.trim().split(/\s+/).filter(Boolean).map(Number),
  };
}
