/** The sockets of one network namespace, from the tables under /proc/net or /proc/PID/net. */
import { readLines } from "./proc-file.ts";
import { parseInternetRow, parsePacketRow } from "./socket-row.ts";
import type { InternetProtocol, InternetSocketRow, PacketSocketRow } from "./socket-row.ts";

interface Rows<T> {
  readonly rows: readonly T[];
  /** Rows beyond the bound. */
  readonly omitted: number;
  /** Tables that are there and that we may not read. */
  readonly unreadable: number;
}

export interface SocketTable {
  readonly internet: Rows<InternetSocketRow>;
  readonly packet: Rows<PacketSocketRow>;
}

export interface SocketTableOptions {
  /** `/proc/net`, or `/proc/PID/net` for the namespace of that process. */
  readonly directory: string;
  readonly maxRows: number;
  readonly scratch: Buffer;
}

const INTERNET_TABLES: readonly (readonly [file: string, protocol: InternetProtocol])[] = [
  ["tcp", "tcp"],
  ["tcp6", "tcp"],
  ["udp", "udp"],
  ["udp6", "udp"],
  ["raw", "raw"],
  ["raw6", "raw"],
  ["icmp", "icmp"],
  ["icmp6", "icmp"],
];

/** A table that the kernel does not have (no IPv6, say) has no rows. */
export function readSocketTable(options: SocketTableOptions): SocketTable {
  const internet = createCollector<InternetSocketRow>(options);
  const empty = findEmptyTables(options);
  for (const [file, protocol] of INTERNET_TABLES) {
    if (empty.has(file)) continue;
    internet.read(file, (line) => parseInternetRow(line, protocol));
  }
  const packet = createCollector<PacketSocketRow>(options);
  packet.read("packet", parsePacketRow);
  return { internet: internet.collected(), packet: packet.collected() };
}

/**
 * The kernel walks its whole hash table to print a TCP table, some 3 ms each on a machine with 24 GB, however few sockets
 * there are; that there are none it says at once in sockstat.
 */
function findEmptyTables({ directory, scratch }: SocketTableOptions): ReadonlySet<string> {
  const empty = new Set<string>();
  for (const file of ["sockstat", "sockstat6"]) {
    readLines(`${directory}/${file}`, scratch, (line) => {
      const table = /^(TCP6?): inuse 0(?: |$)/.exec(line)?.[1];
      if (table !== undefined) empty.add(table.toLowerCase());
    });
  }
  return empty;
}

function createCollector<T>({ directory, maxRows, scratch }: SocketTableOptions) {
  const rows: T[] = [];
  let omitted = 0;
  let unreadable = 0;
  return {
    read(file: string, parse: (line: string) => T | undefined): void {
      const read = readLines(`${directory}/${file}`, scratch, (line) => {
        const row = parse(line);
        if (row === undefined) return;
        if (rows.length < maxRows) rows.push(row);
        else omitted += 1;
      });
      if (read.status === "unreadable") unreadable += 1;
    },
    collected: (): Rows<T> => ({ rows, omitted, unreadable }),
  };
}
