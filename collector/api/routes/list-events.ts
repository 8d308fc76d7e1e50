import { z } from "zod";

import { type GuardEvent, guardEventSchema, PROCESS_ID } from "../../../protocol/index.ts";
import { RequestProblem } from "../../errors.ts";
import type { EventStore, StoredBatch } from "../../stores/event-store.ts";
import type { Cursors } from "../cursors.ts";
import { defineRoute } from "../define-route.ts";
import { createPager, PAGE_QUERY, toPageSchema, wholeNumber } from "../page.ts";
import type { Route } from "../route.ts";

/** Gives back the events of a stored batch, in order, without what was no event; and what it unpacked for them. */
export type ReadEvents = (batch: StoredBatch) => {
  readonly events: readonly GuardEvent[];
  readonly unpackedBytes: number;
};

const KINDS = guardEventSchema.options.map(({ shape }) => shape.kind.value);
/** Of 15 digits. */
const MAX_SEQ = 999_999_999_999_999;
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

export function createListEventsRoute(
  store: Pick<EventStore, "findRun" | "listBatches">,
  readEvents: ReadEvents,
  cursors: Cursors,
): Route {
  const pager = createPager<number, [number]>(cursors, z.tuple([z.int()]), {
    toKey: ([seq]) => seq,
    toPlace: (seq) => [seq],
  });
  return defineRoute({
    method: "GET",
    path: "/v1/runs/{id}/events",
    role: "viewer",
    isAudited: true,
    summary: "A run's events, in order.",
    parameters: { id: "The run" },
    query: {
      kind: z.enum(KINDS).optional(),
      process: z
        .string()
        .regex(PROCESS_ID, "the id of a process as its events have it, such as 948-5f2")
        .optional()
        .describe("Of this process, such as 948-5f2."),
      after: wholeNumber({ min: 0, max: MAX_SEQ })
        .default(0)
        .describe("Those behind this seq; a cursor goes on from its own."),
      ...PAGE_QUERY,
    },
    answers: { 200: "A page of events" },
    json: { name: "EventPage", schema: toPageSchema(guardEventSchema) },
    refusals: ["not-found", "storage-failed"],
    answer({ caller: { tenant }, parameters, query: { kind = null, process = null, ...asked } }) {
      const runId = parameters["id"] ?? "";
      const list = ["events", tenant, runId, kind, process];
      const { after = asked.after, limit } = pager.readPage(list, asked);
      if (store.findRun(tenant, runId) === undefined) {
        throw new RequestProblem("not-found", "there is no such run");
      }
      const { items, nextSeq } = listEvents(
        store.listBatches(runId, { afterSeq: after, kind }),
        { kind, process, after, limit },
        readEvents,
      );
      return {
        status: 200,
        json: { items: [...items], nextCursor: pager.toCursor(list, nextSeq) },
      };
    },
  });
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
