/** Which rows of the socket tables are something a process did: a connection it began, or a raw socket it opened. */
import type { ConnectResult } from "../../observation.ts";
import { isUnspecified } from "./network-endpoint.ts";
import type { InternetSocketRow, SocketState } from "./socket-row.ts";
import type { SocketTable } from "./socket-table.ts";

export type SocketDeed =
  | {
      readonly type: "connection";
      readonly inode: number;
      readonly protocol: "tcp" | "udp" | "icmp";
      readonly remote: string;
      /** Absent where the protocol has no answer to wait for. */
      readonly result?: ConnectResult;
    }
  | { readonly type: "raw-socket"; readonly inode: number; readonly local: string }
  | { readonly type: "packet-socket"; readonly inode: number; readonly etherType: number };

const RESULTS: Partial<Record<SocketState, ConnectResult>> = {
  "syn-sent": "in-progress",
  established: "established",
  "fin-wait-1": "established",
  "fin-wait-2": "established",
  "close-wait": "established",
  "last-ack": "established",
  closing: "established",
};

export function toSocketDeeds({ internet, packet }: SocketTable): readonly SocketDeed[] {
  const isAccepted = createAcceptedTest(internet.rows);
  return [
    ...internet.rows.flatMap((row) => (row.inode === 0 || isAccepted(row) ? [] : toDeed(row))),
    ...packet.rows.map((row) => ({ type: "packet-socket" as const, ...row })),
  ];
}

function toDeed({ protocol, inode, local, remote, state }: InternetSocketRow): SocketDeed[] {
  if (protocol === "raw") return [{ type: "raw-socket", inode, local }];
  if (isUnspecified(remote)) return [];
  if (protocol !== "tcp") return [{ type: "connection", inode, protocol, remote }];
  const result = RESULTS[state];
  return result === undefined ? [] : [{ type: "connection", inode, protocol, remote, result }];
}

/**
 * An accepted connection shows its peer as remote address, like one that was begun here. It is left out only when the
 * peer's own end is in the same table and will be reported: a local port that somebody listens on proves nothing, for a
 * program can listen on the very port it connects from.
 */
function createAcceptedTest(
  rows: readonly InternetSocketRow[],
): (row: InternetSocketRow) => boolean {
  const tcp = rows.filter(({ protocol }) => protocol === "tcp");
  const listening = new Set(tcp.filter(({ state }) => state === "listen").map(toLocalPort));
  const ends = new Set(tcp.map(({ local, remote }) => `${local} ${remote}`));
  return (row) =>
    row.protocol === "tcp" &&
    listening.has(toLocalPort(row)) &&
    !listening.has(toPort(row.remote)) &&
    ends.has(`${row.remote} ${row.local}`);
}

function toLocalPort({ local }: InternetSocketRow): string {
  return toPort(local);
}

function toPort(endpoint: string): string {
  return endpoint.slice(-4);
}
