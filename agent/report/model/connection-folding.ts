import { CONNECT_RESULTS } from "../../../protocol/connect-results.ts";
import type { GuardEventOf } from "../../../protocol/events.ts";
import { type Folding, mergeRepeats, toKey } from "./folded-list.ts";
import type { ReportedConnection } from "./reported-lists.ts";
import type { TextAllowance } from "./text-allowance.ts";
import { withoutEnvelope } from "./without-envelope.ts";

type ConnectionEvent = GuardEventOf<"connection">;
type Results = ReportedConnection["results"];

/** Also takes news with `count` 0: how a connection that was counted before came out, and what it carried. */
export function createConnectionFolding(
  text: TextAllowance,
): Folding<ConnectionEvent, ReportedConnection> {
  return {
    toKey: ({ process, network, destination, verdict, rule }) =>
      toKey(
        process,
        network.transport,
        network.family,
        verdict,
        destination.ip,
        destination.port,
        destination.path,
        destination.domain,
        rule,
      ),
    toEntry: (event) => ({
      ...withoutEnvelope(event),
      processId: event.process,
      destination: toDestination(event.destination, text),
      rule: text.keep(event.rule),
      results: { ...event.results },
    }),
    merge(entry, event) {
      mergeRepeats(entry, event);
      addResults(entry.results, event.results);
      entry.bytesSent += event.bytesSent;
      entry.bytesReceived += event.bytesReceived;
      if (event.packetsRefused !== undefined) {
        entry.packetsRefused = (entry.packetsRefused ?? 0) + event.packetsRefused;
      }
    },
    isPreferred: (event) => event.verdict !== "allowed",
    copy: (entry) => ({ ...entry, results: { ...entry.results } }),
  };
}

function toDestination(
  { ip, port, domain, path }: ConnectionEvent["destination"],
  text: TextAllowance,
): ReportedConnection["destination"] {
  return {
    ...(ip !== undefined && { ip: text.keep(ip) }),
    ...(port !== undefined && { port }),
    ...(domain !== undefined && { domain: text.keep(domain) }),
    ...(path !== undefined && { path: text.keep(path) }),
  };
}

function addResults(sum: Results, added: Readonly<Results>): void {
  for (const name of CONNECT_RESULTS) {
    const count = added[name];
    if (count !== undefined) sum[name] = (sum[name] ?? 0) + count;
  }
}
