/** What can be asked of the thread that writes, and how that crosses to it: by structured clone. */
import type { NewAuditEntry } from "../../stores/audit-store.ts";
import type { CommandSettlement, NewCommand } from "../../stores/command-store.ts";
import type {
  FoundIdentity,
  NewBatch,
  NewRun,
  RunEnd,
  Silence,
  UsedProof,
} from "../../stores/event-store.ts";
import type { AgingBaseline, BatchRemoval, UseRemoval } from "../../stores/retention-store.ts";
import type { BaselineWrite } from "./baseline-writes.ts";
import type { IncidentWrite } from "./incident-writes.ts";
import type { OwnFindingWrite } from "./own-finding-writes.ts";
import type { PackedBatch } from "./pack-batch.ts";
import type { PolicyWrite } from "./policy-tables.ts";
import type { ResponseWrite } from "./response-writes.ts";
import type { TriageWrite } from "./triage-writes.ts";

export type Write = PlainWrite | { readonly kind: "append-batch"; readonly batch: NewBatch };

export type PackedWrite =
  | PlainWrite
  | { readonly kind: "append-packed"; readonly batch: PackedBatch };

type PlainWrite =
  | PolicyWrite
  | TriageWrite
  | IncidentWrite
  | OwnFindingWrite
  | BaselineWrite
  | ResponseWrite
  | { readonly kind: "add-command"; readonly command: NewCommand }
  | { readonly kind: "settle-command"; readonly settlement: CommandSettlement }
  | { readonly kind: "start-run"; readonly run: NewRun; readonly proof?: UsedProof | undefined }
  | { readonly kind: "use-proof"; readonly proof: UsedProof }
  | { readonly kind: "identify-run"; readonly found: FoundIdentity }
  | { readonly kind: "finish-run"; readonly end: RunEnd }
  | { readonly kind: "mark-silent"; readonly silence: Silence }
  | { readonly kind: "remove-batches"; readonly removal: BatchRemoval }
  | { readonly kind: "remove-run"; readonly runId: string }
  | { readonly kind: "remove-uses"; readonly removal: UseRemoval }
  | { readonly kind: "remove-audit"; readonly tenant: string; readonly upTo: number }
  | {
      readonly kind: "remove-baseline";
      readonly baseline: Pick<AgingBaseline, "id" | "usedAt">;
    }
  | { readonly kind: "give-back"; readonly pages: number }
  | { readonly kind: "check" }
  | { readonly kind: "add-audit"; readonly entry: NewAuditEntry }
  | { readonly kind: "keep-fact"; readonly name: string; readonly value: string };

export interface WriteRequest {
  readonly number: number;
  readonly write: PackedWrite;
}

export type ToWriter = readonly WriteRequest[] | "close";

/** `fault`: why it is not on disk. */
export interface WriteAnswer {
  /** 0: of no request. */
  readonly number: number;
  readonly fault?: string;
  /** What is on disk now brought news of findings. */
  readonly hasNews?: true;
}
