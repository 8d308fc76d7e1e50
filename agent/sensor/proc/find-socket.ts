import { parseEndpoint } from "./network-endpoint.ts";
import { readSocketTable } from "./socket-table.ts";

/** Where a socket leads, or where it would. */
export interface FoundSocket {
  readonly protocol: string;
  readonly ip: string;
  readonly port: number;
}

const MAX_ROWS = 16_384;
const SCRATCH_BYTES = 65_536;

/** The IPv4 or IPv6 socket with this inode, in the network namespace of the process. Takes some milliseconds. */
export function findSocket(pid: number, inode: number): FoundSocket | undefined {
  const { internet } = readSocketTable({
    directory: `/proc/${pid}/net`,
    maxRows: MAX_ROWS,
    scratch: Buffer.alloc(SCRATCH_BYTES),
  });
  const row = internet.rows.find((socket) => socket.inode === inode);
  const remote = row && parseEndpoint(row.remote);
  return row && remote && { protocol: row.protocol, ip: remote.ip, port: remote.port };
}
