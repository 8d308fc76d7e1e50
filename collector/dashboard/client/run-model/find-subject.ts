import type { GuardEvent } from "../api/types.ts";

/** What an event was about: where a connection went to, which name was asked for, which file was written. Empty: it is not known. */
export function findSubject(lines: readonly string[], seq: number): string {
  const isIt = (line: string | undefined): boolean => line?.startsWith(`{"seq":${seq},`) === true;
  // Where none is missing it is there.
  const usual = lines[seq - 1];
  const line = isIt(usual) ? usual : lines.find(isIt);
  return line === undefined ? "" : toSubject(JSON.parse(line));
}

function toSubject(event: GuardEvent): string {
  if (event.kind === "connection") {
    const { domain, ip, port, path } = event.destination;
    const name = domain ?? ip ?? path ?? "unknown";
    return port === undefined ? name : `${name}:${port}`;
  }
  if (event.kind === "dns-query") return event.name;
  if (event.kind === "file-written" || event.kind === "file-read") return event.path;
  if (event.kind === "memory-access") return `${event.method} of process ${event.target.pid}`;
  return event.kind === "privileged-operation" ? event.detail : "";
}
