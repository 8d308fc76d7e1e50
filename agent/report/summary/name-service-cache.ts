import type { ReportedConnection } from "../model/reported-lists.ts";

/** Where glibc looks for a cache of users, groups and hosts before it looks them up itself (nscd/nscd-client.h). */
const SOCKETS: ReadonlySet<string> = new Set(["/var/run/nscd/socket", "/run/nscd/socket"]);

/**
 * Nearly every program asks for that cache, and nearly no machine has one: that says nothing of a job. A connection that
 * came about, or may have, is one like any other.
 */
export function isVainCacheLookup({
  network,
  destination,
  results,
  bytesSent,
  bytesReceived,
}: ReportedConnection): boolean {
  const isCache = network.transport === "unix" && SOCKETS.has(destination.path ?? "");
  return isCache && bytesSent + bytesReceived === 0 && isFailure(results);
}

function isFailure({
  established = 0,
  "in-progress": open = 0,
  ...others
}: ReportedConnection["results"]): boolean {
  return established + open === 0 && Object.values(others).some((count) => count > 0);
}
