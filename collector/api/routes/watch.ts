/** What changes, as it does: server-sent events for whoever looks at runs. */
import type { IncomingHttpHeaders } from "node:http";

import { z } from "zod";

import { RequestProblem } from "../../errors.ts";
import type { Caller } from "../../identity/tokens.ts";
import type { Live, Watcher } from "../../live/live.ts";
import type { RunQueries } from "../../stores/run-queries.ts";
import { defineRoute } from "../define-route.ts";
import { wholeNumber } from "../page.ts";
import type { Route } from "../route.ts";

const LAST_ID = "last-event-id";
const MAX_ID_LENGTH = 64;
/** Of 15 digits. */
const MAX_SEQ = 999_999_999_999_999;
const common = {
  method: "GET",
  role: "viewer",
  headers: {
    [LAST_ID]: {
      summary: "That of the last event which the client has: it goes on behind it",
      isRequired: false,
      schema: z.string().max(MAX_ID_LENGTH),
    },
  },
  answers: { 200: "Server-sent events" },
  refusals: ["storage-failed"],
} as const;

export function createWatchRoutes(
  live: Pick<Live, "watch" | "follow">,
  store: Pick<RunQueries, "showRun">,
): readonly Route[] {
  return [
    defineRoute({
      ...common,
      path: "/v1/live",
      isAudited: true,
      query: {},
      summary: "Watch runs, and hear that there is something new of findings or responses.",
      otherContent: {
        type: "text/event-stream",
        summary:
          "run: a run as it is now; changed: of what kinds there is something new; reset: too much was missed, look at all of it again",
      },
      answer: ({ caller, headers }) => ({ stream: live.watch(toWatcher(caller, headers)) }),
    }),
    defineRoute({
      ...common,
      path: "/v1/runs/{id}/live",
      isAudited: true,
      summary: "A run's events from the first one on, and then those that come.",
      parameters: { id: "The run" },
      query: {
        after: wholeNumber({ min: 0, max: MAX_SEQ })
          .optional()
          .describe(
            "Those behind this seq; a client that comes back by itself says it in its head.",
          ),
      },
      otherContent: {
        type: "text/event-stream",
        summary:
          "events: some, a line each; run: the run as it is now; caught-up: all that was there was sent; end: the run is over; unreadable: what is stored is damaged",
      },
      refusals: ["not-found", "storage-failed"],
      answer({ caller, parameters: { id = "" }, query: { after }, headers }) {
        if (store.showRun(caller.tenant, id) === undefined) {
          throw new RequestProblem("not-found", "there is no such run");
        }
        const watcher = toWatcher(caller, headers);
        const lastId = watcher.lastId ?? (after === undefined ? undefined : String(after));
        return { stream: live.follow({ ...watcher, lastId }, id) };
      },
    }),
  ];
}

function toWatcher(caller: Caller, headers: IncomingHttpHeaders): Watcher {
  const lastId = headers[LAST_ID];
  return { caller, lastId: typeof lastId === "string" ? lastId : undefined };
}
