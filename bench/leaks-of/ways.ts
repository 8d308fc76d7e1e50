/** Which tries are on the wire, by way. */
import { z } from "zod";

import { BENCH_RESOLVER } from "../harness/bench-network.ts";
import type { Row } from "../harness/table.ts";

/** Of one process: the tries' numbers are `first`, `first` + `step`, and so on. */
export const triedSchema = z.object({
  did: z.literal("try-to-leak"),
  way: z.string(),
  first: z.int(),
  step: z.int(),
  count: z.int(),
});

export type Tried = z.infer<typeof triedSchema>;

export interface Packet {
  readonly protocol: number;
  readonly identity: number;
  readonly port: number;
  readonly destination: string;
  readonly hasMarker: boolean;
}

/** A line of count-packets. */
export function parsePacket(line: string): Packet {
  const [protocol, identity, port, destination = "", hasMarker] = line.split(" ");
  return {
    protocol: Number(protocol),
    identity: Number(identity),
    port: Number(port),
    destination,
    hasMarker: hasMarker === "1",
  };
}

/** What the guard itself has to ask: its resolver, for names that policy allows. */
export function isOfTheGuard({ destination, port, hasMarker }: Packet): boolean {
  return destination === BENCH_RESOLVER && port === 53 && !hasMarker;
}

export interface Wires {
  readonly tried: readonly Tried[];
  readonly bare: readonly Packet[];
  readonly guarded: readonly Packet[];
  /** The same under a policy that leaves the command raw sockets. */
  readonly withRaw: readonly Packet[];
}

/** A row for each way, one for what belongs to no try, and one for all. */
export function describeWays({ tried, bare, guarded, withRaw }: Wires): Row[] {
  const bareTries = toIdentities(bare);
  const leaks = guarded.filter((packet) => !isOfTheGuard(packet));
  const rawLeaks = withRaw.filter((packet) => !isOfTheGuard(packet));
  const numbers = toNumbersByWay(tried);
  const all = new Set([...numbers.values()].flatMap((of) => [...of]));
  const toRow = (way: string, of: ReadonlySet<number>): Row => ({
    way,
    tries: of.size,
    "out without a guard": [...of].filter((number) => bareTries.has(number)).length,
    "packets out in block mode": leaks.filter(({ identity }) => of.has(identity)).length,
    "with raw sockets": rawLeaks.filter(({ identity }) => of.has(identity)).length,
  });
  const isOther = ({ identity }: Packet): boolean => !all.has(identity);
  return [
    ...[...numbers].map(([way, of]) => toRow(way, of)),
    {
      ...toRow("no try's own", new Set()),
      "packets out in block mode": leaks.filter(isOther).length,
      "with raw sockets": rawLeaks.filter(isOther).length,
    },
    {
      ...toRow("all", all),
      "packets out in block mode": leaks.length,
      "with raw sockets": rawLeaks.length,
    },
  ];
}

function toIdentities(packets: readonly Packet[]): ReadonlySet<number> {
  return new Set(packets.map(({ identity }) => identity));
}

function toNumbersByWay(tried: readonly Tried[]): Map<string, Set<number>> {
  const ways = new Map<string, Set<number>>();
  for (const { way, first, step, count: made } of tried) {
    const numbers = ways.get(way) ?? new Set();
    for (let index = 0; index < made; index += 1) numbers.add(first + index * step);
    ways.set(way, numbers);
  }
  return ways;
}
