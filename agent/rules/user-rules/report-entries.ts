/** What a report tells of a run, as the observations that were made then. */
import type { Report, UserRule } from "../../../protocol/index.ts";
import type { Observation } from "../../observation.ts";
import type { Actor } from "../facts/actor.ts";
import type { Judgement } from "../facts/run-facts.ts";
import { execsOf, type ReportedActors, toMicroseconds } from "./reported-actors.ts";

type Kind = UserRule["on"];

export interface ReportEntry {
  readonly kind: Kind;
  readonly seen: Observation;
  readonly actor: Actor | undefined;
  readonly processId: string | null;
  readonly count: number;
  /** What the run's own policy said, and the name that the address was known by then. */
  readonly judgement: Judgement;
}

const UNJUDGED: Judgement = { verdict: "allowed", rule: "no-policy" };
/** Nobody that the kernel knows. */
const UNKNOWN_PROCESS = { pid: 0, startTicks: 0 };

/** Of what somebody did: a change of a file, or a packet, of an unknown maker is no rule's of policy in a run either. */
export function* entriesOf(
  report: Report,
  kinds: ReadonlySet<Kind>,
  find: ReportedActors,
): Generator<ReportEntry> {
  for (const kind of kinds) {
    if (kind === "process") yield* execEntries(report, find);
    else yield* ENTRIES[kind](report).map((entry) => withActor(kind, entry, find));
  }
}

function* execEntries({ processes }: Report, find: ReportedActors): Generator<ReportEntry> {
  for (const process of processes) {
    const last = find(process.id);
    if (last === undefined) continue;
    for (const { seen, actor } of execsOf(process, last)) {
      const entry = { kind: "process", seen, actor, processId: process.id } as const;
      yield { ...entry, count: 1, judgement: UNJUDGED };
    }
  }
}

interface Entry {
  readonly processId: string | null;
  readonly firstSeen: string;
  readonly count: number;
  readonly judgement?: Judgement;
  readonly toSeen: (common: Common) => Observation;
}

interface Common {
  readonly at: number;
  readonly process: { readonly pid: number; readonly startTicks: number };
}

function withActor(kind: Kind, entry: Entry, find: ReportedActors): ReportEntry {
  const { processId, firstSeen, count, judgement = UNJUDGED, toSeen } = entry;
  const actor = find(processId);
  const process = actor?.ref ?? UNKNOWN_PROCESS;
  const seen = toSeen({ at: toMicroseconds(firstSeen), process });
  return { kind, seen, actor, processId, count: Math.max(count, 1), judgement };
}

const ENTRIES: Readonly<Record<Exclude<Kind, "process">, (report: Report) => Entry[]>> = {
  connection: ({ connections }) =>
    connections.filter(hasMaker).map(({ network, destination, verdict, rule, ...entry }) => {
      const { domain, ip, port, path } = destination;
      const address = {
        ...network,
        ...(ip !== undefined && { ip }),
        ...(port !== undefined && { port }),
        ...(path !== undefined && { path }),
      };
      return {
        ...entry,
        judgement: { verdict, rule, domain },
        toSeen: (common) => ({ kind: "connect", ...common, address, origin: "live" }),
      };
    }),
  "dns-query": ({ dnsQueries }) =>
    dnsQueries.map(({ name, type, verdict, rule = "", answers, ...entry }) => ({
      ...entry,
      toSeen: ({ at, process }) => ({
        kind: "dns-query",
        at,
        client: process,
        name,
        type,
        verdict,
        rule,
        answers,
      }),
    })),
  file: ({ files }) =>
    files.filter(hasMaker).map(({ path, operation, originalPath, mode, ...entry }) => ({
      ...entry,
      toSeen: (common) => ({
        kind: "file",
        ...common,
        path,
        operation,
        ...(originalPath !== undefined && { originalPath }),
        ...(mode !== undefined && { mode }),
      }),
    })),
  "file-read": ({ fileReads }) =>
    fileReads.map(({ path, ...entry }) => ({
      ...entry,
      toSeen: (common) => ({ kind: "file-read", ...common, path }),
    })),
  "memory-access": ({ memoryAccesses }) =>
    memoryAccesses.map(({ method, target, succeeded, ...entry }) => ({
      ...entry,
      toSeen: (common) => ({
        kind: "memory-access",
        ...common,
        method,
        targetPid: target.pid,
        succeeded,
      }),
    })),
  "privileged-operation": ({ privilegedOperations }) =>
    privilegedOperations.map(({ operation, detail, succeeded, ...entry }) => ({
      ...entry,
      toSeen: (common) => ({ kind: "privileged", ...common, operation, detail, succeeded }),
    })),
};

function hasMaker({ processId }: { readonly processId: string | null }): boolean {
  return processId !== null;
}
