/** One request to a collector, and what came of it. Decorators add patience and other addresses. */
import type { BegunRun } from "../proof/proof.ts";

export interface CollectorRequest {
  readonly method: "GET" | "POST";
  /** Below the collector's address: `v1/runs`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Of which it is; absent: one is to begin. */
  readonly run?: BegunRun;
}

export type Reply =
  | {
      readonly status: "answered";
      readonly code: number;
      readonly body: string;
      /** What the collector asks to be left alone for. */
      readonly retryAfterMs: number | undefined;
      /** Where it sends elsewhere; nobody goes there. */
      readonly location?: string | undefined;
    }
  /** `reason` ends a sentence that begins with the address. */
  | { readonly status: "unreachable"; readonly reason: string };

export interface Transport extends Disposable {
  /** Never rejects: an aborted request is `unreachable`. */
  send(request: CollectorRequest, signal: AbortSignal): Promise<Reply>;
}
