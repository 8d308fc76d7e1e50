/** Findings as operators ask for them. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import { type CiContext, ciContextSchema } from "../../../protocol/index.ts";
import type { FindingKey } from "../../stores/event-store.ts";
import { FINDING_STATES, type RunQueries, type ShownFinding } from "../../stores/run-queries.ts";
import { MAX_LOOKED, toFound } from "./look-through.ts";
import { toFinding } from "./reader.ts";
import { reading } from "./reading.ts";
import {
  EXPECTED_COLUMNS,
  expectedRowSchema,
  SAID_COLUMNS,
  SAID_JOINS,
  saidRowSchema,
  toExpected,
  toSaid,
} from "./said-columns.ts";

export const FINDING_STATE = `CASE WHEN e.at IS NOT NULL THEN 'expected' WHEN s.until > $now THEN 'suppressed' WHEN a.at IS NOT NULL THEN 'acknowledged' ELSE 'open' END`;
const COLUMNS = `findings.*, ${FINDING_STATE} AS state, ${SAID_COLUMNS}, ${EXPECTED_COLUMNS}, (SELECT ci FROM runs WHERE runs.id = findings.run) AS run_ci`;

const shownRowSchema = saidRowSchema.extend({
  ...expectedRowSchema.shape,
  state: z.enum(FINDING_STATES),
  run_ci: z.string().nullable(),
});

/** Of one answer, as of one that lists events: no caller makes the collector hold more. */
const MAX_BYTES = 8_388_608;

/** Later than any: where the first page begins. */
const TOP: FindingKey = { firstSeen: "\u{10ffff}", runId: "", id: "" };

export function createFindingQueries(
  database: DatabaseSync,
): Pick<RunQueries, "showFinding" | "findFindings"> {
  const one = database.prepare(`
    SELECT ${COLUMNS} FROM findings ${SAID_JOINS} WHERE findings.tenant = $tenant AND findings.run = $run AND findings.id = $id`);
  const all = prepareList(database, "INDEXED BY findings_by_time", "findings.tenant = $tenant");
  const ofRun = prepareList(
    database,
    "INDEXED BY findings_by_run",
    "findings.tenant = $tenant AND findings.run = $of",
  );
  return {
    showFinding(tenant, { runId, id }, now) {
      const row = reading(() => one.get({ tenant, run: runId, id, now }));
      return row === undefined ? undefined : toShownFinding(row);
    },
    findFindings(tenant, { severity = null, rule = null, state = null, runId, now }, page) {
      const { after = TOP, limit } = page;
      const list = runId === undefined ? all : ofRun;
      const { firstSeen, runId: run, id } = after;
      const place = { tenant, firstSeen, run, id, ...(runId !== undefined && { of: runId }) };
      const last = reading(() => list.bound.get(place));
      const end = last === undefined ? undefined : toEnd(last);
      const lowest = {
        lastSeen: end?.firstSeen ?? "",
        lastRun: end?.runId ?? "",
        lastId: end?.id ?? "",
      };
      const wanted = { now, severity, rule, state, limit: limit + 1 };
      const { items, isCut } = reading(() =>
        takeSome(list.some.iterate({ ...place, ...lowest, ...wanted })),
      );
      const next = isCut ? items.at(-1) : undefined;
      return next === undefined ? toFound(items, limit, end, toKey) : { items, next: toKey(next) };
    },
  };
}

function prepareList(database: DatabaseSync, index: string, where: string) {
  const key = "(findings.first_seen, findings.run, findings.id)";
  const place = `${where} AND ${key} < ($firstSeen, $run, $id)`;
  const order = "ORDER BY findings.first_seen DESC, findings.run DESC, findings.id DESC";
  return {
    bound: database.prepare(`
      SELECT first_seen, run, id FROM findings ${index} WHERE ${place} ${order} LIMIT 1 OFFSET ${MAX_LOOKED - 1}`),
    some: database.prepare(`
      SELECT ${COLUMNS} FROM findings ${index} ${SAID_JOINS}
      WHERE ${place} AND ${key} >= ($lastSeen, $lastRun, $lastId)
        AND ($severity IS NULL OR findings.severity = $severity)
        AND ($rule IS NULL OR findings.rule = $rule)
        AND ($state IS NULL OR ${FINDING_STATE} = $state)
      ${order} LIMIT $limit`),
  };
}

interface SomeFindings {
  readonly items: readonly ShownFinding[];
  /** There may be more. */
  readonly isCut: boolean;
}

/** Row by row: those that are too much for the answer are not read. */
function takeSome(rows: Iterable<unknown>): SomeFindings {
  const items: ShownFinding[] = [];
  let bytes = 0;
  for (const row of rows) {
    const item = toShownFinding(row);
    bytes += Buffer.byteLength(JSON.stringify(item));
    // One alone is an answer, however large it is.
    if (bytes > MAX_BYTES && items.length > 0) return { items, isCut: true };
    items.push(item);
  }
  return { items, isCut: false };
}

const endSchema = z.object({ first_seen: z.string(), run: z.string(), id: z.string() });

function toEnd(row: unknown): FindingKey {
  const { first_seen: firstSeen, run: runId, id } = endSchema.parse(row);
  return { firstSeen, runId, id };
}

function toKey({ firstSeen, runId, id }: ShownFinding): FindingKey {
  return { firstSeen, runId, id };
}

function toShownFinding(row: unknown): ShownFinding {
  const { state, run_ci: ci, ...said } = shownRowSchema.parse(row);
  return { ...toFinding(row), state, ...toSaid(said), expected: toExpected(said), ci: readCi(ci) };
}

/** What is damaged of a run is told of where the run is: its findings are shown all the same. */
function readCi(text: string | null): CiContext | null {
  try {
    return text === null ? null : (ciContextSchema.safeParse(JSON.parse(text)).data ?? null);
  } catch {
    return null;
  }
}
