import { z } from "zod";

import type { Report } from "../../protocol/report.ts";
import { toProcessIndex } from "./process-index.ts";

/** A line of connect-many's log: `count` connections or datagrams of one process to one destination. */
export const madeFlowSchema = z.object({
  did: z.enum(["tcp", "udp"]),
  pid: z.int(),
  way: z.string(),
  ip: z.string(),
  port: z.int(),
  count: z.int(),
});
export type MadeFlow = z.infer<typeof madeFlowSchema>;

export interface FlowCoverage {
  readonly way: string;
  readonly made: number;
  readonly seen: number;
  readonly rightProcess: number;
  /** Counted more often than made. */
  readonly tooMany: number;
}

/** Holds what a report says of flows against the generator's log, one row for each transport and way. */
export function compareFlows(truth: readonly MadeFlow[], report: Report): FlowCoverage[] {
  const index = toProcessIndex(report);
  const reported = report.connections.map(({ processId, network, destination, count }) => ({
    pid: index.pidOf(processId),
    key: toKey(network.transport, destination.ip ?? "", destination.port ?? 0),
    count,
  }));
  const byDestination = sumBy(reported, ({ key }) => key);
  const byProcess = sumBy(reported, ({ key, pid }) => `${pid} ${key}`);

  return [...Map.groupBy(truth, ({ did, way }) => `${did} ${way}`)].map(([way, flows]) => {
    const made = sumBy(flows, ({ did, ip, port }) => toKey(did, ip, port));
    const madeByProcess = sumBy(
      flows,
      ({ pid, did, ip, port }) => `${pid} ${toKey(did, ip, port)}`,
    );
    return {
      way,
      made: total(made, (_, count) => count),
      seen: total(made, (key, count) => Math.min(count, byDestination.get(key) ?? 0)),
      rightProcess: total(madeByProcess, (key, count) => Math.min(count, byProcess.get(key) ?? 0)),
      tooMany: total(made, (key, count) => Math.max(0, (byDestination.get(key) ?? 0) - count)),
    };
  });
}

/** The same destination, whether it was reached as IPv4 or as IPv4 mapped into IPv6. */
function toKey(transport: string, ip: string, port: number): string {
  return `${transport} ${ip.replace(/^::ffff:(?=\d+\.)/u, "")} ${port}`;
}

function sumBy<Item extends { readonly count: number }>(
  items: readonly Item[],
  key: (item: Item) => string,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const item of items) sums.set(key(item), (sums.get(key(item)) ?? 0) + item.count);
  return sums;
}

function total(
  counts: ReadonlyMap<string, number>,
  share: (key: string, count: number) => number,
): number {
  let sum = 0;
  for (const [key, count] of counts) sum += share(key, count);
  return sum;
}
