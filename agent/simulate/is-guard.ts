import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Links of bpf(2) that start a program at what happens in the kernel; others filter packets. */
const WATCHES = /^link_type:\s*(?:tracing|raw_tracepoint|perf)/m;

/**
 * Whether a process is the guard: this Node.js with this very program, and with programs of its own at work in the kernel. A command line anybody can have; for the latter
 * the kernel asks for rights (CAP_BPF and CAP_PERFMON) which are root's, and says by itself who has them open.
 */
export function isGuard(pid: number, start: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    const at = words.indexOf(start);
    const isProgram = readlinkSync(`/proc/${pid}/exe`) === process.execPath;
    return isProgram && at > 0 && words[at + 1] === "run" && watchesKernel(pid);
  } catch {
    return false;
  }
}

function watchesKernel(pid: number): boolean {
  return readdirSync(`/proc/${pid}/fd`).some((descriptor) => {
    if (readlinkSync(`/proc/${pid}/fd/${descriptor}`) !== "anon_inode:bpf_link") return false;
    return WATCHES.test(readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, "utf8"));
  });
}
