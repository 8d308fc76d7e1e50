/**
 * What of events is rolled up: kinds that a build has many of with these members alone, and of times perhaps no more than the day;
 * the others as they are. One may stand for several that differ in nothing else, with what they count together.
 */
import type { GuardEvent, GuardEventOf } from "../../../protocol/index.ts";
import type { ScannedKind } from "./scanned-shape.ts";

type Connection = GuardEventOf<"connection">;

export interface RolledConnection extends Pick<
  Connection,
  "kind" | "verdict" | "lastSeen" | "count"
> {
  readonly network: Pick<Connection["network"], "transport">;
  /** The address where it has no name. */
  readonly destination: Pick<Connection["destination"], "domain" | "ip" | "port">;
}

export type RolledDnsQuery = Pick<
  GuardEventOf<"dns-query">,
  "kind" | "name" | "verdict" | "lastSeen" | "count"
>;

export type RolledProcessStarted = Pick<
  GuardEventOf<"process-started">,
  "kind" | "observedAt" | "process" | "parent" | "executed" | "executable"
>;

export type RolledProcessExited = Pick<GuardEventOf<"process-exited">, "kind" | "process">;

type RolledFile = Pick<GuardEventOf<"file-written" | "file-read">, "kind">;

/** Every `GuardEvent` is one. */
export type RolledEvent =
  | RolledConnection
  | RolledDnsQuery
  | RolledProcessStarted
  | RolledProcessExited
  | RolledFile
  | Exclude<GuardEvent, { readonly kind: ScannedKind }>;
