/** What operators say of findings, of those that are there. */
import { z } from "zod";

import { reasonSchema } from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import type { Caller } from "../identity/tokens.ts";
import type { Answerable, FindingName, RunQueries, TriageStore } from "../stores/run-queries.ts";
import { defineJsonRoute } from "./define-route.ts";
import { readFindingId } from "./finding-id.ts";
import { type FindingView, findingViewSchema, toFindingView } from "./finding-view.ts";
import type { Route } from "./route.ts";

export interface TriageOptions {
  readonly store: Pick<RunQueries, "showFinding"> & TriageStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const MAX_OWNER_CHARACTERS = 128;
const MAX_TRIAGE_BYTES = 8_192;

export const acknowledgementRequestSchema = z.strictObject({
  owner: z
    .string()
    .trim()
    .min(1)
    .max(MAX_OWNER_CHARACTERS)
    .describe("Who sees to it: a person, or a team."),
  reason: reasonSchema,
});

interface TriageRoute<Body> {
  readonly deed: "acknowledge" | "suppress" | "expected" | "reopen";
  readonly summary: string;
  readonly body: z.ZodType<Body>;
  /** Throws `bad-request`. */
  readonly change: (asked: AskedChange<Body>) => Promise<void>;
}

interface AskedChange<Body> {
  readonly name: FindingName;
  readonly caller: Caller;
  readonly body: Body;
  readonly at: number;
}

/** What is said is kept, and the finding shown as it is then. */
export function defineTriageRoute<Body>(
  { store, now }: TriageOptions,
  { deed, summary, body: schema, change }: TriageRoute<Body>,
): Route {
  const show = (tenant: string, name: FindingName): FindingView => {
    const finding = store.showFinding(tenant, name, now());
    if (finding === undefined) throw new RequestProblem("not-found", "there is no such finding");
    return toFindingView(finding);
  };
  return defineJsonRoute({
    method: "POST",
    path: `/v1/findings/{id}/${deed}`,
    role: "responder",
    isAudited: true,
    maxBodyBytes: MAX_TRIAGE_BYTES,
    summary,
    parameters: { id: "The finding" },
    query: {},
    body: schema,
    answers: { 200: "The finding" },
    json: { name: "Finding", schema: findingViewSchema },
    refusals: ["not-found", "storage-failed"],
    async answer({ caller, parameters: { id = "" }, body }) {
      const name = readFindingId(id);
      show(caller.tenant, name);
      await change({ name, caller, body, at: now() });
      return { status: 200, json: show(caller.tenant, name) };
    },
  });
}

export function toAnswerable(
  { role, token }: Caller,
  said: z.infer<typeof acknowledgementRequestSchema>,
  at: number,
): Answerable {
  return { role, token, ...said, at };
}
