import { z } from "zod";

import { RequestProblem } from "../../errors.ts";
import {
  EXPORT_FORMATS,
  type ExportOptions,
  exportRun,
  UnreadableRun,
} from "../../export/write-export.ts";
import type { EventStore } from "../../stores/event-store.ts";
import { defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

export interface ExportRunOptions extends Pick<ExportOptions, "readEvents" | "findMasterKey"> {
  readonly store: ExportOptions["store"] & Pick<EventStore, "findRun">;
}

export function createExportRunRoute({ store, ...options }: ExportRunOptions): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/runs/{id}/export",
    role: "viewer",
    isAudited: true,
    summary: "A run as a file, as `runner-guard-collector export` writes it.",
    parameters: { id: "The run" },
    query: {
      format: z
        .enum(EXPORT_FORMATS)
        .default("ndjson")
        .describe(
          "ndjson: with what proves it, for `import`. ecs, ocsf: for others, events alone.",
        ),
    },
    answers: { 200: "The run. Where the answer breaks off, not all of it could be read" },
    otherContent: { type: "application/x-ndjson", summary: "A record a line" },
    refusals: ["not-found", "storage-failed"],
    answer({ caller: { tenant }, parameters: { id = "" }, query: { format } }) {
      const run = store.findRun(tenant, id);
      if (run === undefined) throw new RequestProblem("not-found", "there is no such run");
      return {
        fileName: `run-${run.id}.${format === "ndjson" ? "ndjson" : `${format}.ndjson`}`,
        write: async (write) => {
          try {
            await exportRun(run, { ...options, store, format, write });
          } catch (error) {
            if (!(error instanceof UnreadableRun)) throw error;
            throw new RequestProblem("storage-failed", error.message, { cause: error });
          }
        },
      };
    },
  });
}
