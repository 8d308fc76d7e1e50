import { type GuardEvent, guardEventSchema, processIdSchema } from "../../../protocol/index.ts";
import { RequestProblem } from "../../errors.ts";
import type { EventStore, StoredBatch } from "../../event-store.ts";
import { MAX_LIMIT, readNumber } from "../page.ts";
import type { Route } from "../route.ts";

/** Gives back the events of a stored batch, in order, without what was no event; and what it unpacked for them. */
export type ReadEvents = (batch: StoredBatch) => {
  readonly events: readonly GuardEvent[];
  readonly unpackedBytes: number;
};

const KINDS: ReadonlySet<string> = new Set(
  guardEventSchema.options.map(({ shape }) => shape.kind.value),
);
const DEFAULT_LIMIT = 100;
/** Of one answer, so that none holds up the others: events and bytes that are unpacked for it, and bytes that it has. The cursor goes on from there. */
const MAX_LOOKED = 20_000;
const MAX_UNPACKED_BYTES = 16_777_216;
const MAX_BYTES = 8_388_608;

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
    isAudited: true,
    maxBodyBytes: 0,
    answer({ caller: { tenant }, parameters, query }) {
      const runId = parameters["id"] ?? "";
      const wanted = readWanted(query);
      if (store.findRun(tenant, runId) === undefined) {
        throw new RequestProblem("not-found", "there is no such run");
      }
      const { items, nextSeq } = listEvents(
        store.listBatches(runId, { afterSeq: wanted.after, kind: wanted.kind }),
        wanted,
        readEvents,
      );
      return {
        status: 200,
        json: { items, nextCursor: nextSeq === undefined ? null : String(nextSeq) },
      };
    },
  };
}

interface EventPage {
  readonly items: readonly GuardEvent[];
  /** Of the last event that was looked at; undefined: there are no more. */
  readonly nextSeq: number | undefined;
}

function listEvents(
  batches: Iterable<StoredBatch>,
  wanted: Wanted,
  readEvents: ReadEvents,
): EventPage {
  const items: GuardEvent[] = [];
  let looked = 0;
  let unpacked = 0;
  let bytes = 0;
  let last = wanted.after;
  for (const batch of batches) {
    if (looked >= MAX_LOOKED || unpacked >= MAX_UNPACKED_BYTES || bytes >= MAX_BYTES) {
      return { items, nextSeq: last };
    }
    const { events, unpackedBytes } = readEvents(batch);
    looked += batch.count;
    unpacked += unpackedBytes;
    for (const event of events) {
      if (!isWanted(event, wanted)) continue;
      if (items.length === wanted.limit || bytes >= MAX_BYTES) return { items, nextSeq: last };
      items.push(event);
      bytes += JSON.stringify(event).length;
      last = event.seq;
    }
    last = batch.firstSeq + batch.count - 1;
  }
  return { items, nextSeq: undefined };
}

function isWanted(event: GuardEvent, { after, kind, process }: Wanted): boolean {
  if (event.seq <= after || (kind !== null && event.kind !== kind)) return false;
  return process === null || ("process" in event && event.process === process);
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
