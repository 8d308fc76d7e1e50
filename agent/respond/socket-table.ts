/** The internet sockets of a network namespace by their inode, as /proc/PID/net tells (proc_pid_net(5)). */
import { readFileSync } from "node:fs";
import { isIPv6 } from "node:net";

export interface SocketTable {
  /** `tcp 10.0.0.1:40000 → 192.0.2.1:443`; what it is not known for is `socket 1234`. */
  describe(inode: string): string;
}

const FILES = ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"];
/** A job may have a million. */
const MAX_LINES = 65_536;

export function readSocketTable(pid: number): SocketTable {
  const sockets = new Map<string, string>();
  for (const file of FILES) {
    for (const line of readLines(`/proc/${pid}/net/${file}`)) {
      const [, local = "", remote = "", , , , , , , inode = ""] = line.trim().split(/\s+/);
      const protocol = file.replace("6", "");
      sockets.set(inode, `${protocol} ${toAddress(local)} → ${toAddress(remote)}`);
    }
  }
  return { describe: (inode) => sockets.get(inode) ?? `socket ${inode}` };
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "latin1").split("\n").slice(1, MAX_LINES);
  } catch {
    return [];
  }
}

/** Words of four bytes in the order of this machine, in hexadecimal. */
function toAddress(text: string): string {
  const [address = "", port = ""] = text.split(":");
  const bytes = Buffer.from(address, "hex");
  if (bytes.length % 4 !== 0) return text;
  bytes.swap32();
  return `${toIp(bytes)}:${Number.parseInt(port, 16)}`;
}

function toIp(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    index * 2 < bytes.length ? bytes.readUInt16BE(index * 2).toString(16) : "0",
  ).join(":");
  return isIPv6(groups) ? `[${groups}]` : groups;
}
