/** What can be asked of the thread that writes. Crosses to it by structured clone. */
import type { NewBatch, NewRun } from "../../event-store.ts";

export type Write =
  | { readonly kind: "start-run"; readonly run: NewRun }
  | { readonly kind: "append-batch"; readonly batch: NewBatch }
  | { readonly kind: "finish-run"; readonly runId: string; readonly endedAt: number };

export interface WriteRequest {
  readonly number: number;
  readonly write: Write;
}

export type ToWriter = WriteRequest | "close";

/** `fault`: why it is not on disk. */
export interface WriteAnswer {
  readonly number: number;
  readonly fault?: string;
}
