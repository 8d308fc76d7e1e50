import type { Descriptor } from "../../../protocol/index.ts";

const TERMINAL = /^\/dev\/(?:pts\/\d+|tty[^/]*|console)(?: \(deleted\))?$/;
const NUMBERED = /^(pipe|socket):\[(\d{1,15})\]$/;

/** From the text of a link in /proc/PID/fd. Files on disk carry no inode here: learning it would mean following the link. */
export function toDescriptor(link: string): Descriptor {
  const numbered = NUMBERED.exec(link);
  if (numbered !== null) {
    return { type: numbered[1] === "pipe" ? "pipe" : "socket", inode: Number(numbered[2]) };
  }
  if (TERMINAL.test(link)) return { type: "terminal" };
  if (link.startsWith("/dev/shm/")) return { type: "file" };
  if (link.startsWith("/dev/")) return { type: "device" };
  return { type: link.startsWith("/") ? "file" : "other" };
}
