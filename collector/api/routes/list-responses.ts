import { z } from "zod";

import { DamagedRow, RequestProblem } from "../../errors.ts";
import type { EventStore } from "../../stores/event-store.ts";
import {
  RESPONSE_STATES,
  type ResponseFilter,
  type ResponseStore,
} from "../../stores/response-store.ts";
import type { Cursors } from "../cursors.ts";
import { defineRoute } from "../define-route.ts";
import { type JobOfRun, jobOfRunSchema, toJobOfRun } from "../job-of-run.ts";
import { createPager, PAGE_QUERY, toPageSchema } from "../page.ts";
import { responseViewSchema, toResponseView } from "../response-view.ts";
import type { Route } from "../route.ts";

type ListStore = Pick<ResponseStore, "findResponses"> & Pick<EventStore, "findRun">;

const pageSchema = toPageSchema(
  responseViewSchema.extend({
    job: jobOfRunSchema.nullable().describe("Of the run; null: it is not known."),
  }),
);
const QUERY = { state: z.enum(RESPONSE_STATES).optional(), ...PAGE_QUERY };

export function createListResponsesRoute(store: ListStore, cursors: Cursors): Route {
  const list = createList(store, cursors);
  return defineRoute({
    method: "GET",
    path: "/v1/responses",
    role: "viewer",
    isAudited: true,
    summary: "What is and was done about findings, or would have been, the newest first.",
    query: QUERY,
    answers: { 200: "A page of responses" },
    json: { name: "ResponsePage", schema: pageSchema },
    refusals: ["storage-failed"],
    answer: ({ caller: { tenant }, query }) => list(tenant, query, undefined),
  });
}

export function createListResponsesOfRunRoute(store: ListStore, cursors: Cursors): Route {
  const list = createList(store, cursors);
  return defineRoute({
    method: "GET",
    path: "/v1/runs/{id}/responses",
    role: "viewer",
    isAudited: true,
    summary: "What is and was done about a run, the newest first.",
    parameters: { id: "The run" },
    query: QUERY,
    answers: { 200: "A page of responses" },
    json: { name: "ResponsePage", schema: pageSchema },
    refusals: ["not-found", "storage-failed"],
    answer({ caller: { tenant }, parameters: { id = "" }, query }) {
      if (store.findRun(tenant, id) === undefined)
        throw new RequestProblem("not-found", "there is no such run");
      return list(tenant, query, id);
    },
  });
}

interface AskedPage extends Pick<ResponseFilter, "state"> {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

function createList(store: ListStore, cursors: Cursors) {
  const pager = createPager<number, [number]>(cursors, z.tuple([z.int()]), {
    toKey: ([number]) => number,
    toPlace: (number) => [number],
  });
  return (tenant: string, { state, ...asked }: AskedPage, runId: string | undefined) => {
    const list = ["responses", tenant, state, runId];
    const page = pager.readPage(list, asked);
    const { items, next } = store.findResponses(tenant, { state, runId }, page);
    const nextCursor = pager.toCursor(list, next);
    const shown = items.map((response) => ({
      ...toResponseView(response),
      job: readJob(store, tenant, response.runId),
    }));
    return { status: 200 as const, json: { items: shown, nextCursor } };
  };
}

/** What is damaged of a run is told of where the run is: what was done about it is shown all the same. */
function readJob(
  store: Pick<EventStore, "findRun">,
  tenant: string,
  runId: string,
): JobOfRun | null {
  try {
    return toJobOfRun(store.findRun(tenant, runId)?.ci);
  } catch (error) {
    if (error instanceof DamagedRow) return null;
    throw error;
  }
}
