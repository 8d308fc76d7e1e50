/** What is known of a batch once it has been read: what ingest hands to storage. */
import type { GuardEvent, GuardEventOf } from "../../protocol/index.ts";

/** A line that is stored with its batch, and counted, and otherwise left alone. */
interface DeadLetter {
  readonly seq: number;
  readonly reason: string;
}

/** Of a batch. It may be nothing else, and then tell no more than its first few. */
export interface DeadLetters {
  readonly count: number;
  readonly first: readonly DeadLetter[];
}

export interface DestinationUse {
  /** A name where the guard knew one, else the address. */
  readonly host: string;
  readonly port: number;
  readonly transport: string;
  readonly verdict: string;
  /** The day in UTC of the last use, `2026-01-31`. */
  readonly day: string;
  count: number;
}

export interface NameUse {
  readonly name: string;
  readonly verdict: string;
  /** In UTC, of the last use. */
  readonly day: string;
  count: number;
}

export interface ProgramUse {
  readonly program: string;
  /** What the process ran that started it; empty where that is not known. */
  readonly parent: string;
  /** In UTC. */
  readonly day: string;
  count: number;
}

/** Events that the guard itself had to let go. */
export interface DropCount {
  readonly sensor: string;
  readonly reason: string;
  count: number;
}

export interface FindingState extends Pick<
  GuardEventOf<"finding">,
  "id" | "severity" | "message" | "response" | "count" | "firstSeen" | "lastSeen"
> {
  readonly rule: string;
  /** Of MITRE ATT&CK; null: it names none. */
  readonly technique: string | null;
  /** As JSON; null: it is too long to stand anywhere but in its event. */
  readonly evidence: string | null;
}

export const LEVEL_SENSORS = ["kernel", "proc", "none"] as const;
export const LEVEL_MECHANISMS = ["nftables", "dns", "none"] as const;

/** What a guard had to see and to hold a job with, as it began. */
export interface GuardLevel {
  readonly sensor: (typeof LEVEL_SENSORS)[number];
  readonly enforcement: (typeof LEVEL_MECHANISMS)[number];
}

export interface BatchRollup {
  readonly destinations: readonly DestinationUse[];
  /** Uses of those that were too many for one batch. */
  readonly destinationsLeftOut: number;
  readonly names: readonly NameUse[];
  readonly namesLeftOut: number;
  readonly programs: readonly ProgramUse[];
  readonly programsLeftOut: number;
  readonly findings: readonly FindingState[];
  readonly drops: readonly DropCount[];
  /** Of all drops together. */
  readonly dropped: number;
  /** Of `guard-stopped`; undefined where it is not in the batch. */
  readonly stopped: { readonly seq: number; readonly exitCode: number | null } | undefined;
  /** Whether a sensor is not what it should be; undefined where the batch tells of none. */
  readonly degraded?: boolean | undefined;
  /** Of `guard-started`; undefined where it is not in the batch. */
  readonly level?: GuardLevel | undefined;
  /** Which are in the batch. */
  readonly kinds: ReadonlySet<GuardEvent["kind"]>;
}

/** A batch that is on disk, in figures. */
export interface TakenBatch {
  readonly runId: string;
  readonly events: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly deadLetters: number;
  /** Of its destinations and names those that were denied, and no programs. */
  readonly rollup: BatchRollup;
  /** When its first event was seen, as far as that is known, by the word of the agent: it may be no time. */
  readonly firstObservedAt: string | undefined;
  /** From when it was read until it was on disk. */
  readonly seconds: number;
}
