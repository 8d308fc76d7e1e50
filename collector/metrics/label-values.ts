/** What labels may say. Anything else is counted as `other`, so that nobody can fill the memory of whoever keeps the figures. */
import { problemCodeSchema, severitySchema } from "../../protocol/index.ts";
import { WITHHELD } from "../stores/response-store.ts";

export const REQUEST_OUTCOMES: readonly string[] = ["ok", ...problemCodeSchema.options];

export const COMMAND_STATES: readonly string[] = ["queued", "obeyed", "refused"];

export const RESPONSE_RESULTS: readonly string[] = ["decided", "done", "failed", ...WITHHELD];

export const FINDING_SEVERITIES: readonly string[] = severitySchema.options;

/** Why guards say that they let events go. */
export const DROP_REASONS: readonly string[] = [
  "kernel-ring-full",
  "kernel-scratch-busy",
  "kernel-table-full",
  "kernel-program-busy",
  "kernel-ring-corrupt",
  "proc-table-full",
  "proc-process-vanished",
  "proc-socket-table-full",
  "proc-socket-without-owner",
  "process-tree-full",
  "spool-full",
  "spool-unwritable",
  "spool-damaged",
  "guard-killed",
  "collector-changed",
  "refused",
  "too-long",
  "out-of-time",
];
