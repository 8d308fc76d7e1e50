/** What changed in a baseline, and when: rows beside it, which are written, and go, with it. */
import { z } from "zod";

import type { BaselineState } from "./baseline-store.ts";
import type { Page } from "./event-store.ts";
import type { Found } from "./run-queries.ts";

/** A run taught it, somebody said that a finding is expected, had it learned anew, or brought it from another collector. */
export const CHANGE_KINDS = ["learned", "expected", "reset", "imported"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Of one baseline: the newest ones. A job that changes with each of its runs is `unstable` long before. */
export const MAX_CHANGES = 500;

/** What a job is known by, as people look for it: where it goes comes first. `host`: another one of a destination that is known. */
export const THING_KINDS = ["destination", "signal", "process", "host", "file"] as const;
export type ThingKind = (typeof THING_KINDS)[number];

export const thingSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("destination"),
    program: z.string().describe("Empty: it is not known."),
    hosts: z
      .array(z.string())
      .describe("With `*` for what rotates; the domain where no host is known; three at most."),
    moreHosts: z.int().describe("Besides those that are named."),
    port: z.int().describe("0: it was asked for alone, or is whichever was free."),
    transport: z.string().describe("`dns`: it was asked for alone."),
  }),
  z.object({
    kind: z.literal("signal"),
    signal: z.string().describe("What the guard finds in honest runs of the job, too."),
  }),
  z.object({ kind: z.literal("process"), parent: z.string(), program: z.string() }),
  z.object({
    kind: z.literal("host"),
    host: z.string().describe("Another one of a destination that is known."),
  }),
  z.object({ kind: z.literal("file"), place: z.string() }),
]);
export type Thing = z.infer<typeof thingSchema>;

export const thingsSchema = z.object({
  counts: z.record(z.enum(THING_KINDS), z.int()).describe("All of them, by kind."),
  named: z
    .array(thingSchema)
    .describe(
      "50 at most, and none of a job's first run, in which all is new: what is beyond is counted.",
    ),
});
export type Things = z.infer<typeof thingsSchema>;

/** As it is kept, in JSON. */
export const keptChangeSchema = z.object({
  runs: z.int(),
  state: z.object({ from: z.string(), to: z.string(), reason: z.string() }).nullable(),
  added: thingsSchema,
  forgotten: thingsSchema,
  finding: z.object({ rule: z.string(), message: z.string() }).nullable(),
  by: z
    .object({
      role: z.string(),
      token: z.string(),
      owner: z.string().nullable(),
      reason: z.string().nullable(),
    })
    .nullable(),
});
type KeptChange = z.infer<typeof keptChangeSchema>;

/** Who is answerable; `owner` and `reason`: as far as they were asked for. */
export type ChangeAuthor = NonNullable<KeptChange["by"]>;

export interface ChangedState {
  readonly from: BaselineState;
  readonly to: BaselineState;
  /** A sentence. */
  readonly reason: string;
}

/** What is to be kept of a change, within bounds. */
export interface ChangeNote {
  readonly kind: ChangeKind;
  /** That taught, or in which it was found. */
  readonly runId: string | null;
  /** As it is named in that run. */
  readonly findingId: string | null;
  /** How many had taught it then, this one too. */
  readonly runs: number;
  /** Null: it is the same as before. */
  readonly state: ChangedState | null;
  readonly added: Things;
  readonly forgotten: Things;
  /** That is expected. */
  readonly finding: KeptChange["finding"];
  /** Null: nobody. */
  readonly by: ChangeAuthor | null;
}

export interface StoredChange extends Omit<ChangeNote, "state"> {
  /** That the baseline has since. */
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly state: KeptChange["state"];
  /** It is still stored: runs are kept for less long. */
  readonly hasRun: boolean;
  readonly hasFinding: boolean;
}

export interface BaselineChangeReader {
  /** The newest first; `after`: older than that revision. */
  listChanges(baselineId: number, page: Page<number>): Found<StoredChange, number>;
}
