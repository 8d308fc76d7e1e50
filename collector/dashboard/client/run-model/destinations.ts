/** Where a run went: by name or address, port, program, step and verdict. */
import type { GuardEventOf } from "../api/types.ts";

export interface Destination {
  readonly key: string;
  readonly name: string;
  readonly addresses: Set<string>;
  readonly port: number | undefined;
  readonly transport: string;
  readonly program: string;
  readonly process: string | null;
  readonly step: string;
  readonly verdict: string;
  readonly rule: string;
  count: number;
  bytesSent: number;
  bytesReceived: number;
  readonly firstSeen: string;
}

export interface Destinations {
  readonly rows: ReadonlyMap<string, Destination>;
  add(event: GuardEventOf<"connection">): void;
}

interface Names {
  readonly stepOf: (process: string | null) => string;
  readonly nameOf: (process: string | null) => string;
}

const MAX_ADDRESSES = 16;

export function createDestinations({ stepOf, nameOf }: Names): Destinations {
  const rows = new Map<string, Destination>();
  return {
    rows,
    add({ process, network, destination, verdict, rule, ...seen }) {
      const { domain, ip, port, path } = destination;
      const name = domain ?? ip ?? path ?? "unknown";
      const program = nameOf(process);
      const step = stepOf(process);
      const key = JSON.stringify([name, port, network.transport, program, step, verdict]);
      const known = rows.get(key);
      if (known === undefined) {
        rows.set(key, {
          key,
          name,
          addresses: new Set(ip === undefined ? [] : [ip]),
          port,
          transport: network.transport,
          program,
          process,
          step,
          verdict,
          rule,
          count: seen.count,
          bytesSent: seen.bytesSent,
          bytesReceived: seen.bytesReceived,
          firstSeen: seen.firstSeen,
        });
        return;
      }
      if (ip !== undefined && known.addresses.size < MAX_ADDRESSES) known.addresses.add(ip);
      known.count += seen.count;
      known.bytesSent += seen.bytesSent;
      known.bytesReceived += seen.bytesReceived;
    },
  };
}
