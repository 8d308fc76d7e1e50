import type { Transport, Verdict } from "../../../protocol/primitives.ts";
import type { Report } from "../../../protocol/report.ts";
import { toKey } from "../model/folded-list.ts";
import type { ReportedConnection } from "../model/reported-lists.ts";
import { isVainCacheLookup } from "./name-service-cache.ts";
import { type ProcessIndex, toSeenProgram } from "./process-index.ts";
import { createServerNameCuts, toCuts } from "./server-name-cuts.ts";

/** Where one program talked to, all its processes together. Text is the job's, unescaped. */
export interface DestinationRow {
  readonly verdict: Verdict;
  /** The name where one is known, otherwise the address or the socket's path. */
  readonly host: string;
  /** One or none where it is allowed; of what is forbidden all that were tried, in ascending order. */
  readonly ports: readonly number[];
  readonly transport: Transport;
  readonly program: string;
  /** Null where it is not known, and where steps are not told apart. */
  readonly step: string | null;
  /** Of the first process that did; null where it is not known. */
  readonly command: string | null;
  /** The line of policy that decided. */
  readonly rule: string;
  readonly count: number;
  /** Packets that the kernel refused; 0 where its log was not read. */
  readonly packetsRefused: number;
  /** Connections that the check of server names cut: all of a forbidden row's, or some of an allowed one's. */
  readonly cuts: number;
  /** Addresses behind a name, in the order they were used; empty when `host` is the address. */
  readonly addresses: readonly string[];
  /** How it came out when no connection was established; `null` when one was, or when nobody knows. */
  readonly failure: string | null;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** Questions that went to the DNS gate, which is where they were to go. */
export const GATE_RULE = "resolver";

/** Questions to another resolver, which went to the DNS gate all the same. */
export const REDIRECTED_RULE = "untrusted-resolver";

interface Draft extends Omit<DestinationRow, "ports" | "addresses" | "failure"> {
  count: number;
  packetsRefused: number;
  cuts: number;
  bytesSent: number;
  bytesReceived: number;
  readonly ports: Set<number>;
  readonly addresses: Set<string>;
  readonly results: Map<string, number>;
}

/** A name can have thousands of addresses; a summary names the first and says how many more. */
const MAX_ADDRESSES = 1_000;

/** Blocked first, then what would have been, then the network before local sockets, busiest last to first. */
export function toDestinationRows(
  report: Report,
  { index, bySteps }: { readonly index: ProcessIndex; readonly bySteps: boolean },
): DestinationRow[] {
  const drafts = new Map<string, Draft>();
  const serverNames = createServerNameCuts(report);
  for (const connection of report.connections) {
    if (isVainCacheLookup(connection)) continue;
    const { processId } = connection;
    const program = toSeenProgram(processId, index);
    const step = bySteps ? index.stepName(processId) : null;
    const isCut = serverNames.isCut(connection);
    const draft = draftOf(drafts, connection, {
      program,
      step,
      isCut,
      command: () => index.commandLine(processId),
    });
    addCounts(draft, connection, isCut);
    if (connection.verdict === "allowed") draft.cuts += serverNames.take(connection);
    addDestination(draft, connection.destination);
  }
  return Array.from(drafts.values(), toRow).toSorted(compareRows);
}

interface Doer {
  readonly program: string;
  readonly step: string | null;
  readonly isCut: boolean;
  readonly command: () => string | null;
}

function draftOf(
  drafts: Map<string, Draft>,
  { destination, network, verdict, rule }: ReportedConnection,
  { program, step, isCut, command }: Doer,
): Draft {
  const host = destination.domain ?? destination.ip ?? destination.path ?? "(no address)";
  const port = verdict === "allowed" ? destination.port : undefined;
  // The gate takes questions of both, and who asks over UDP asks on over TCP.
  const transport = rule === GATE_RULE ? "udp" : network.transport;
  const key = toKey(verdict, host, port, transport, program, rule, isCut, step);
  const known = drafts.get(key);
  if (known !== undefined) return known;
  const draft: Draft = {
    verdict,
    host,
    transport,
    program,
    step,
    command: command(),
    rule,
    count: 0,
    packetsRefused: 0,
    cuts: 0,
    bytesSent: 0,
    bytesReceived: 0,
    ports: new Set(),
    addresses: new Set(),
    results: new Map(),
  };
  drafts.set(key, draft);
  return draft;
}

/** What was cut had no packet refused, though the check says so. */
function addCounts(draft: Draft, connection: ReportedConnection, isCut: boolean): void {
  const cuts = isCut ? toCuts(connection) : 0;
  draft.count += isCut ? cuts : connection.count;
  draft.cuts += cuts;
  draft.packetsRefused += isCut ? 0 : (connection.packetsRefused ?? 0);
  draft.bytesSent += connection.bytesSent;
  draft.bytesReceived += connection.bytesReceived;
  for (const [result, count] of Object.entries(connection.results)) {
    draft.results.set(result, (draft.results.get(result) ?? 0) + count);
  }
}

function addDestination(
  draft: Draft,
  { domain, ip, port }: ReportedConnection["destination"],
): void {
  if (port !== undefined) draft.ports.add(port);
  if (domain === undefined || ip === undefined || draft.addresses.size >= MAX_ADDRESSES) return;
  draft.addresses.add(ip);
}

function toRow({ results, addresses, ports, ...row }: Draft): DestinationRow {
  const outcomes = [...results].filter(([, count]) => count > 0);
  const isOpen = results.has("established") || results.has("in-progress");
  const failure = outcomes.map(([result]) => result).join(", ");
  return {
    ...row,
    ports: [...ports].toSorted((one, other) => one - other),
    addresses: [...addresses],
    failure: isOpen || failure === "" ? null : failure,
  };
}

const ORDER: Readonly<Record<Verdict, number>> = { blocked: 0, "would-block": 1, allowed: 2 };

function compareRows(one: DestinationRow, other: DestinationRow): number {
  return (
    ORDER[one.verdict] - ORDER[other.verdict] ||
    nearness(one) - nearness(other) ||
    other.count - one.count
  );
}

/** To another machine; not to this one, nor to the guard's own gate. */
export function isAway(row: DestinationRow): boolean {
  return nearness(row) === 0;
}

/** 0 for other machines, 1 for this one, 2 for sockets in the file system. */
function nearness({ transport, host, addresses, rule }: DestinationRow): number {
  if (transport === "unix") return 2;
  if (rule === GATE_RULE) return 1;
  return isLoopback(addresses[0] ?? host) ? 1 : 0;
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.") || address.startsWith("::ffff:127.");
}
