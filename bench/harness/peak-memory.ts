import { readFileSync } from "node:fs";

/** The kernel keeps the peak itself; looking often only matters for what was added just before the end. */
const SAMPLE_EVERY_MS = 100;

export interface PeakMemory extends Disposable {
  /** The highest resident size that was seen; 0 when the process was never found. */
  readonly bytes: number;
}

/** Follows the peak resident size of one process. `findPid` is asked again until it knows. */
export function followPeakMemory(findPid: () => number | undefined): PeakMemory {
  let bytes = 0;
  const timer = setInterval(() => {
    const pid = findPid();
    if (pid !== undefined) bytes = Math.max(bytes, readPeak(pid) ?? 0);
  }, SAMPLE_EVERY_MS);
  return {
    get bytes() {
      return bytes;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** The first child of a process, which for a wrapper is the command that it runs. */
export function firstChildOf(pid: number): number | undefined {
  const children = readIfThere(`/proc/${pid}/task/${pid}/children`)?.trim().split(" ")[0];
  return children === undefined || children === "" ? undefined : Number(children);
}

/** VmHWM of /proc/PID/status, which is in KiB. */
function readPeak(pid: number): number | undefined {
  const peak = /^VmHWM:\s+(\d+) kB$/mu.exec(readIfThere(`/proc/${pid}/status`) ?? "")?.[1];
  return peak === undefined ? undefined : Number(peak) * 1024;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
