/** What changed in a baseline, as the API shows it. */
import { z } from "zod";

import { CHANGE_KINDS, type StoredChange, thingsSchema } from "../stores/baseline-changes.ts";
import { describeCaller } from "./describe-caller.ts";
import { toFindingId } from "./finding-id.ts";
import { toTime } from "./to-time.ts";

export const baselineChangeSchema = z.object({
  revision: z.int().describe("That the baseline has since."),
  at: z.iso.datetime(),
  kind: z
    .enum(CHANGE_KINDS)
    .describe(
      "`learned`: a run taught it. `expected`: somebody said that a finding is part of the job. `reset`: somebody has it learned anew. `imported`: it came from another collector.",
    ),
  runs: z.int().describe("How many had taught it then, this one too."),
  runId: z
    .string()
    .nullable()
    .describe(
      "That taught it, or in which the finding was. Null: none, or it is not kept any more.",
    ),
  state: z
    .object({ from: z.string(), to: z.string(), reason: z.string() })
    .nullable()
    .describe("Null: it stayed the same."),
  added: thingsSchema.describe("What it did not know."),
  forgotten: thingsSchema.describe("What no run has done for long, or there was no room for."),
  finding: z
    .object({
      id: z.string().nullable().describe("Null: it is not kept any more."),
      rule: z.string(),
      message: z.string(),
    })
    .nullable()
    .describe("That is expected."),
  by: z
    .string()
    .nullable()
    .describe(
      "Who is answerable: the role of a token, and the beginning of its hash. Null: a run.",
    ),
  owner: z.string().nullable().describe("Who sees to it, as far as that was asked for."),
  reason: z.string().nullable(),
});
type BaselineChangeView = z.infer<typeof baselineChangeSchema>;

export function toBaselineChangeView(change: StoredChange): BaselineChangeView {
  const { revision, at, kind, runs, runId, hasRun, state, added, forgotten, by } = change;
  return {
    revision,
    at: toTime(at),
    kind,
    runs,
    runId: hasRun ? runId : null,
    state,
    added,
    forgotten,
    finding: toFinding(change),
    by: by === null ? null : describeCaller(by),
    owner: by?.owner ?? null,
    reason: by?.reason ?? null,
  };
}

function toFinding({
  finding,
  runId,
  findingId,
  hasFinding,
}: StoredChange): BaselineChangeView["finding"] {
  if (finding === null) return null;
  const isKept = hasFinding && runId !== null && findingId !== null;
  return { id: isKept ? toFindingId({ runId, id: findingId }) : null, ...finding };
}
