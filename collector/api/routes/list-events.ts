import { type GuardEvent, guardEventSchema, processIdSchema } from "../../../protocol/index.ts";
import { RequestProblem } from "../../errors.ts";
import type { EventStore, StoredBatch } from "../../event-store.ts";
import { MAX_LIMIT, readNumber } from "../page.ts";
import type { Route } from "../route.ts";

/** Gives back the events of a stored batch, in order, without what was no event. */
export type ReadEvents = (batch: StoredBatch) => readonly GuardEvent[];

const KINDS: ReadonlySet<string> = new Set(
  guardEventSchema.options.map(({ shape }) => shape.kind.value),
);
const DEFAULT_LIMIT = 100;

interface Wanted {
  readonly kind: string | null;
  readonly process: string | null;
  readonly after: number;
  readonly limit: number;
}

/** `?kind=`, `?process=`, `?after=SEQ`, `?limit=`: the events behind that seq, the first of them first. */
export function createListEventsRoute(
  store: Pick<EventStore, "findRun" | "listBatches">,
  readEvents: ReadEvents,
): Route {
  return {
    method: "GET",
    path: "/v1/runs/{id}/events",
    role: "viewer",
    maxBodyBytes: 0,
    answer({ caller: { tenant }, parameters, query }) {
      const runId = parameters["id"] ?? "";
      const wanted = readWanted(query);
      if (store.findRun(tenant, runId) === undefined) {
        throw new RequestProblem("not-found", "there is no such run");
      }
      const items: GuardEvent[] = [];
      for (const event of listEvents(store, runId, wanted, readEvents)) {
        items.push(event);
        if (items.length > wanted.limit) break;
      }
      const page = items.slice(0, wanted.limit);
      const nextCursor = items.length > wanted.limit ? String(page.at(-1)?.seq) : null;
      return { status: 200, json: { items: page, nextCursor } };
    },
  };
}

function* listEvents(
  store: Pick<EventStore, "listBatches">,
  runId: string,
  { after, kind, process }: Wanted,
  readEvents: ReadEvents,
): Generator<GuardEvent, void, undefined> {
  for (const batch of store.listBatches(runId, after)) {
    for (const event of readEvents(batch)) {
      if (event.seq <= after || (kind !== null && event.kind !== kind)) continue;
      if (process !== null && !("process" in event && event.process === process)) continue;
      yield event;
    }
  }
}

function readWanted(query: URLSearchParams): Wanted {
  const [kind, process] = [query.get("kind"), query.get("process")];
  if (kind !== null && !KINDS.has(kind)) {
    throw new RequestProblem("bad-request", `kind: none of ${[...KINDS].join(", ")}`);
  }
  if (process !== null && !processIdSchema.safeParse(process).success) {
    throw new RequestProblem("bad-request", "process: no id of a process, such as 948-5f2");
  }
  return {
    kind,
    process,
    // `nextCursor` of the page before is the last seq that it has.
    after: readNumber(query, query.has("cursor") ? "cursor" : "after", {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      fallback: 0,
    }),
    limit: readNumber(query, "limit", { max: MAX_LIMIT, fallback: DEFAULT_LIMIT }),
  };
}
