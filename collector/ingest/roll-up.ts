/** What pages ask for, gathered while a batch is at hand, so that none of them goes through events. */
import type { GuardEvent, GuardEventOf } from "../../protocol/index.ts";
import type { BatchRollup, DestinationUse, FindingState } from "../batch.ts";

export function rollUp(events: readonly GuardEvent[]): BatchRollup {
  const destinations = new Map<string, DestinationUse>();
  const findings = new Map<string, FindingState>();
  let dropped = 0;
  let stopped: BatchRollup["stopped"];
  const kinds = new Set<GuardEvent["kind"]>();
  for (const event of events) {
    const { kind } = event;
    kinds.add(kind);
    if (kind === "connection") addDestination(destinations, event);
    else if (kind === "finding") findings.set(event.id, toFindingState(event));
    else if (kind === "events-dropped")
      dropped = Math.min(dropped + event.count, Number.MAX_SAFE_INTEGER);
    else if (kind === "guard-stopped") stopped = { seq: event.seq, exitCode: event.exitCode };
  }
  return {
    destinations: [...destinations.values()],
    findings: [...findings.values()],
    dropped,
    stopped,
    kinds,
  };
}

function addDestination(
  destinations: Map<string, DestinationUse>,
  { destination, network, verdict, lastSeen, count }: GuardEventOf<"connection">,
): void {
  const host = destination.domain ?? destination.ip;
  // A Unix socket leads nowhere outside.
  if (host === undefined) return;
  const { port = 0 } = destination;
  const { transport } = network;
  const day = lastSeen.slice(0, "2026-01-31".length);
  const key = `${day} ${transport} ${verdict} ${port} ${host}`;
  const known = destinations.get(key);
  if (known === undefined) destinations.set(key, { host, port, transport, verdict, day, count });
  else known.count = Math.min(known.count + count, Number.MAX_SAFE_INTEGER);
}

function toFindingState({ rule, ...event }: GuardEventOf<"finding">): FindingState {
  const { id, severity, message, response, count, firstSeen, lastSeen } = event;
  return { id, rule: rule.id, severity, message, response, count, firstSeen, lastSeen };
}
