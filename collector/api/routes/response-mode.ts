import { z } from "zod";

import { reasonSchema } from "../../../protocol/index.ts";
import { RESPONSE_MODES, type ResponseStore } from "../../stores/response-store.ts";
import { defineJsonRoute, defineRoute } from "../define-route.ts";
import { describeCaller } from "../describe-caller.ts";
import type { Route } from "../route.ts";
import { toTime } from "../to-time.ts";

export interface ResponseModeOptions {
  readonly store: Pick<ResponseStore, "findResponseMode" | "setResponseMode">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const MAX_BODY_BYTES = 8_192;
const PATH = "/v1/response";

export const modeSchema = z.object({
  mode: z
    .enum(RESPONSE_MODES)
    .describe("dry-run: what rules ask for is recorded. armed: it is done."),
  by: z.string().nullable().describe("Null: nobody has said anything, and nothing is armed."),
  reason: z.string().nullable(),
  at: z.iso.datetime().nullable(),
});

export function createShowResponseModeRoute(options: ResponseModeOptions): Route {
  return defineRoute({
    method: "GET",
    path: PATH,
    role: "viewer",
    summary: "Whether responses are armed.",
    query: {},
    answers: { 200: "The tenant's mode" },
    json: { name: "ResponseMode", schema: modeSchema },
    refusals: ["storage-failed"],
    answer: ({ caller: { tenant } }) => ({ status: 200, json: show(options, tenant) }),
  });
}

/** An admin's: from then on rules kill. */
export function createSetResponseModeRoute(options: ResponseModeOptions): Route {
  return defineJsonRoute({
    method: "PUT",
    path: PATH,
    role: "admin",
    isAudited: true,
    maxBodyBytes: MAX_BODY_BYTES,
    summary: "Arm responses of this tenant, or have them only recorded.",
    query: {},
    body: z.strictObject({ mode: z.enum(RESPONSE_MODES), reason: reasonSchema }),
    answers: { 200: "The tenant's mode, for what is found from now on" },
    json: { name: "ResponseMode", schema: modeSchema },
    refusals: ["storage-failed"],
    async answer({ caller, body }) {
      const { tenant } = caller;
      const by = describeCaller(caller);
      await options.store.setResponseMode({ ...body, tenant, by, at: options.now() });
      return { status: 200, json: show(options, tenant) };
    },
  });
}

function show({ store }: ResponseModeOptions, tenant: string): z.infer<typeof modeSchema> {
  const said = store.findResponseMode(tenant);
  if (said === undefined) return { mode: "dry-run", by: null, reason: null, at: null };
  const { mode, by, reason, at } = said;
  return { mode, by, reason, at: toTime(at) };
}
