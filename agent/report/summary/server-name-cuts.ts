/**
 * Connections that the check of server names cut. Such a one is in the report twice: as it was begun, with its address
 * allowed and the check at its other end, and as it was cut, under the rule that did not let its name be.
 */
import type { Report } from "../../../protocol/report.ts";
import { toKey } from "../model/folded-list.ts";
import type { ReportedConnection } from "../model/reported-lists.ts";

export interface ServerNameCuts {
  isCut(connection: ReportedConnection): boolean;
  /** How many of the connections of an allowed entry were cut; each cut is given out once. */
  take(connection: ReportedConnection): number;
}

export function createServerNameCuts({ connections }: Report): ServerNameCuts {
  const begun = new Set(connections.filter(({ verdict }) => verdict === "allowed").map(toPlace));
  const isCut = (connection: ReportedConnection) => {
    const { network, verdict, rule } = connection;
    if (verdict !== "blocked" || network.transport !== "tcp") return false;
    return rule.startsWith("sni: ") || (isDeniedName(connection) && begun.has(toPlace(connection)));
  };
  const cuts = new Map<string, number>();
  for (const connection of connections.filter(isCut)) {
    const place = toPlace(connection);
    cuts.set(place, (cuts.get(place) ?? 0) + toCuts(connection));
  }
  return {
    isCut,
    take(connection) {
      const place = toPlace(connection);
      const left = cuts.get(place) ?? 0;
      const taken = Math.min(left, connection.count);
      if (taken > 0) cuts.set(place, left - taken);
      return taken;
    },
  };
}

/** The check tells of each connection as of one refused packet. */
export function toCuts({ count, packetsRefused = 0 }: ReportedConnection): number {
  return Math.max(count, packetsRefused);
}

/** No sensor saw it fail, as one does with a connection whose packets were refused. */
function isDeniedName({ rule, destination, results }: ReportedConnection): boolean {
  const isSeen = Object.keys(results).length > 0;
  return rule.startsWith("egress.deny") && destination.domain !== undefined && !isSeen;
}

function toPlace({ processId, network, destination }: ReportedConnection): string {
  return toKey(processId, network.transport, destination.ip, destination.port);
}
