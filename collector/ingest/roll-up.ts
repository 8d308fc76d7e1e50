/** What pages ask for, gathered while a batch is at hand, so that none of them goes through events. */
import type { GuardEvent, GuardEventOf } from "../../protocol/index.ts";
import type { BatchRollup, DestinationUse, FindingState } from "../batch.ts";

/** Of one batch: a job that tries hosts by the thousand costs no more than this. */
const MAX_DESTINATIONS = 1_000;

export function rollUp(events: readonly GuardEvent[]): BatchRollup {
  const destinations = new Map<string, DestinationUse>();
  const findings = new Map<string, FindingState>();
  let destinationsLeftOut = 0;
  let dropped = 0;
  let stopped: BatchRollup["stopped"];
  const kinds = new Set<GuardEvent["kind"]>();
  for (const event of events) {
    const { kind } = event;
    kinds.add(kind);
    if (kind === "connection") {
      if (!addDestination(destinations, event)) destinationsLeftOut += 1;
    } else if (kind === "finding") findings.set(event.id, toFindingState(event));
    else if (kind === "events-dropped")
      dropped = Math.min(dropped + event.count, Number.MAX_SAFE_INTEGER);
    else if (kind === "guard-stopped") stopped = { seq: event.seq, exitCode: event.exitCode };
  }
  return {
    destinations: [...destinations.values()],
    destinationsLeftOut,
    findings: [...findings.values()],
    dropped,
    stopped,
    kinds,
  };
}

/** False: it is one too many. */
function addDestination(
  destinations: Map<string, DestinationUse>,
  { destination, network, verdict, lastSeen, count }: GuardEventOf<"connection">,
): boolean {
  const host = destination.domain ?? destination.ip;
  // A Unix socket leads nowhere outside.
  if (host === undefined) return true;
  const { port = 0 } = destination;
  const { transport } = network;
  const day = lastSeen.slice(0, "2026-01-31".length);
  const key = `${day} ${transport} ${verdict} ${port} ${host}`;
  const known = destinations.get(key);
  if (known !== undefined) {
    known.count = Math.min(known.count + count, Number.MAX_SAFE_INTEGER);
    return true;
  }
  if (destinations.size >= MAX_DESTINATIONS) return false;
  destinations.set(key, { host, port, transport, verdict, day, count });
  return true;
}

function toFindingState({ rule, ...event }: GuardEventOf<"finding">): FindingState {
  const { id, severity, message, response, count, firstSeen, lastSeen } = event;
  return { id, rule: rule.id, severity, message, response, count, firstSeen, lastSeen };
}
