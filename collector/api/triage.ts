/** What operators say of findings, of those that are there. */
import { z } from "zod";

import { reasonSchema } from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import type { Caller } from "../identity/tokens.ts";
import type { Answerable, FindingName, RunQueries, TriageStore } from "../stores/run-queries.ts";
import { readFindingId } from "./finding-id.ts";
import { type FindingView, toFindingView } from "./finding-view.ts";

export interface TriageOptions {
  readonly store: Pick<RunQueries, "showFinding"> & TriageStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const MAX_OWNER_CHARACTERS = 128;
export const MAX_TRIAGE_BYTES = 8_192;

export const acknowledgementRequestSchema = z.strictObject({
  owner: z
    .string()
    .trim()
    .min(1)
    .max(MAX_OWNER_CHARACTERS)
    .describe("Who sees to it: a person, or a team."),
  reason: reasonSchema,
});

/** Does it, and shows the finding as it is then. Throws `not-found`. */
export async function changeFinding(
  { store, now }: TriageOptions,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  change: (name: FindingName) => Promise<void>,
): Promise<FindingView> {
  const name = readFindingId(id);
  const show = () => {
    const finding = store.showFinding(tenant, name, now());
    if (finding === undefined) throw new RequestProblem("not-found", "there is no such finding");
    return finding;
  };
  show();
  await change(name);
  return toFindingView(show());
}

export function toAnswerable(
  { role, token }: Caller,
  said: z.infer<typeof acknowledgementRequestSchema>,
  at: number,
): Answerable {
  return { role, token, ...said, at };
}
