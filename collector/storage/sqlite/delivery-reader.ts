/** What is told of incidents, as it is read. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import type { IncidentStore } from "../../stores/incident-store.ts";
import { DELIVERY_COLUMNS, TELLING_COLUMNS, toDelivery, toTelling } from "./incident-row.ts";
import { MAX_LOOKED } from "./look-through.ts";
import { readRow } from "./read-row.ts";
import { createUndamagedRows, type OnDamaged, type UndamagedRows } from "./read-undamaged.ts";
import { reading } from "./reading.ts";

type DeliveryReader = Pick<
  IncidentStore,
  | "listTellings"
  | "findTelling"
  | "listDeliveriesOfIncident"
  | "listWaitingOfIncident"
  | "listDueDeliveries"
  | "findNextDue"
  | "hasPlannedAhead"
  | "findDeliveries"
  | "findDelivery"
  | "listUnnamedSinks"
  | "readAlertingFigures"
>;

/**
 * Nothing goes before what was there first, of one incident to one sink; but for what is to be told again later, which nobody is at
 * before that is due, and which is not needed any more by then where something else was told.
 */
const IS_FIRST = `NOT EXISTS (SELECT 1 FROM deliveries earlier WHERE earlier.state = 'waiting' AND earlier.incident = deliveries.incident
  AND earlier.sink = deliveries.sink AND earlier.number < deliveries.number
  AND (earlier.action <> 'update' OR earlier.due_at <= $now))`;

const numberSchema = z.object({ number: z.int() });

export function createDeliveryReader(database: DatabaseSync, onDamaged: OnDamaged): DeliveryReader {
  const { readAll, readPage } = createUndamagedRows("delivery", onDamaged);
  const tellings = database.prepare(`SELECT ${TELLING_COLUMNS} FROM tellings WHERE incident = ?`);
  const telling = database.prepare(
    `SELECT ${TELLING_COLUMNS} FROM tellings WHERE incident = ? AND sink = ?`,
  );
  const lastOfIncident = database.prepare(`
    SELECT * FROM (SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE incident = ? ORDER BY number DESC LIMIT ?) ORDER BY number`);
  const waiting = database.prepare(`
    SELECT ${DELIVERY_COLUMNS} FROM deliveries INDEXED BY waiting_deliveries_of_incidents
    WHERE incident = ? AND state = 'waiting' ORDER BY number`);
  const due = database.prepare(`
    SELECT ${DELIVERY_COLUMNS} FROM deliveries INDEXED BY waiting_deliveries
    WHERE sink = $sink AND is_page = $isPage AND state = 'waiting' AND due_at <= $now AND ${IS_FIRST} ORDER BY due_at LIMIT $limit`);
  const nextDue = database.prepare(`
    SELECT due_at FROM deliveries INDEXED BY waiting_deliveries
    WHERE sink = $sink AND is_page = $isPage AND state = 'waiting' AND due_at > $now AND ${IS_FIRST} ORDER BY due_at LIMIT 1`);
  const ahead = database.prepare(
    "SELECT 1 FROM deliveries INDEXED BY waiting_deliveries_by_plan WHERE state = 'waiting' AND planned_at > ? LIMIT 1",
  );
  const one = database.prepare(
    `SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE id = ? AND tenant = ?`,
  );
  return {
    listTellings: (id) => reading(() => tellings.all(id)).map(toTelling),
    findTelling(id, sink) {
      const row = reading(() => telling.get(id, sink));
      return row === undefined ? undefined : toTelling(row);
    },
    listDeliveriesOfIncident: (id, limit) =>
      readAll(
        reading(() => lastOfIncident.all(id, limit)),
        toDelivery,
      ),
    listWaitingOfIncident: (id) =>
      readAll(
        reading(() => waiting.all(id)),
        toDelivery,
      ),
    listDueDeliveries(sink, now, limit) {
      const pages = reading(() => due.all({ sink, isPage: 1, now, limit }));
      const rest = limit - pages.length;
      const others =
        rest === 0 ? [] : reading(() => due.all({ sink, isPage: 0, now, limit: rest }));
      const rows = [...pages, ...others];
      const deliveries = readAll(rows, toDelivery);
      const readable = new Set(deliveries.map(({ number }) => number));
      const numbers = rows.map(toNumber);
      return { deliveries, damaged: numbers.filter((number) => !readable.has(number)) };
    },
    findNextDue(sink, now) {
      const times = [0, 1].flatMap((isPage) => {
        const row = reading(() => nextDue.get({ sink, isPage, now }));
        return row === undefined ? [] : [Number(row["due_at"])];
      });
      return times.length === 0 ? undefined : Math.min(...times);
    },
    hasPlannedAhead: (now) => reading(() => ahead.get(now)) !== undefined,
    findDeliveries: prepareFindDeliveries(database, readPage),
    findDelivery(tenant, id) {
      const row = reading(() => one.get(id, tenant));
      return row === undefined ? undefined : toDelivery(row);
    },
    listUnnamedSinks: prepareUnnamed(database),
    readAlertingFigures: prepareFigures(database),
  };
}

function prepareFindDeliveries(
  database: DatabaseSync,
  readPage: UndamagedRows["readPage"],
): DeliveryReader["findDeliveries"] {
  const place =
    "deliveries INDEXED BY deliveries_of_tenants WHERE tenant = $tenant AND number < $number";
  const bound = database.prepare(
    `SELECT number FROM ${place} ORDER BY number DESC LIMIT 1 OFFSET ${MAX_LOOKED - 1}`,
  );
  const some = database.prepare(`
    SELECT ${DELIVERY_COLUMNS} FROM ${place} AND number >= $last
      AND ($state IS NULL OR state = $state) AND ($sink IS NULL OR sink = $sink)
    ORDER BY number DESC LIMIT $limit`);
  return (tenant, { state = null, sink = null }, { after = Number.MAX_SAFE_INTEGER, limit }) => {
    const from = { tenant, number: after };
    const row = reading(() => bound.get(from));
    const end = row === undefined ? undefined : toNumber(row);
    const wanted = { last: end ?? 0, state, sink, limit: limit + 1 };
    const rows = reading(() => some.all({ ...from, ...wanted }));
    return readPage(rows, { limit, end, read: toDelivery, toKey: toNumber });
  };
}

function toNumber(row: unknown): number {
  return readRow(numberSchema, row).number;
}

const unnamedSchema = z.object({ sink: z.string(), waiting: z.int(), oldestAt: z.int() });

function prepareUnnamed(database: DatabaseSync): DeliveryReader["listUnnamedSinks"] {
  // From one name to the next: what waits for those that are named is not looked at.
  const list = database.prepare(`
    WITH RECURSIVE names (sink) AS (
      SELECT (SELECT sink FROM deliveries INDEXED BY waiting_deliveries WHERE state = 'waiting' ORDER BY sink LIMIT 1)
      UNION ALL
      SELECT (SELECT deliveries.sink FROM deliveries INDEXED BY waiting_deliveries
        WHERE state = 'waiting' AND deliveries.sink > names.sink ORDER BY deliveries.sink LIMIT 1)
      FROM names WHERE names.sink IS NOT NULL
    )
    SELECT names.sink, count(*) AS waiting, min(deliveries.at) AS oldestAt
    FROM names CROSS JOIN deliveries INDEXED BY waiting_deliveries ON deliveries.sink = names.sink AND deliveries.state = 'waiting'
    WHERE names.sink NOT IN (SELECT value FROM json_each(?)) GROUP BY names.sink`);
  return (named) =>
    reading(() => list.all(JSON.stringify(named))).map((row) => readRow(unnamedSchema, row));
}

/** Due now, or was before: what a sink did not take is put off each time, and waits all the same. */
const IS_LATE = "(due_at <= ? OR attempts > 0)";

const figureSchema = z.object({ name: z.string(), count: z.int() });

function prepareFigures(database: DatabaseSync): DeliveryReader["readAlertingFigures"] {
  const open = database.prepare(
    "SELECT severity AS name, count(*) AS count FROM incidents WHERE state <> 'resolved' GROUP BY severity",
  );
  const waiting = database.prepare(
    `SELECT sink AS name, count(*) AS count FROM deliveries WHERE state = 'waiting' AND ${IS_LATE} GROUP BY sink`,
  );
  const dead = database.prepare(
    "SELECT sink AS name, count(*) AS count FROM deliveries WHERE state = 'dead' GROUP BY sink",
  );
  const oldest = database.prepare(`
    SELECT min(at) AS at FROM deliveries INDEXED BY waiting_deliveries WHERE state = 'waiting' AND ${IS_LATE}
      AND sink IN (SELECT value FROM json_each(?)) AND is_page IN (0, 1)`);
  const listUnnamed = prepareUnnamed(database);
  return (now, sinks) => {
    const at = reading(() => oldest.get(now, JSON.stringify(sinks)))?.["at"];
    const unnamed = listUnnamed(sinks).map(({ sink, waiting: count }) => [sink, count] as const);
    return {
      openBySeverity: toFigures(reading(() => open.all())),
      waitingBySink: toFigures(reading(() => waiting.all(now))),
      deadBySink: toFigures(reading(() => dead.all())),
      unnamedBySink: Object.fromEntries(unnamed),
      oldestDueAt: at === null || at === undefined ? null : Number(at),
    };
  };
}

function toFigures(rows: readonly unknown[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    rows.map((row) => {
      const { name, count } = readRow(figureSchema, row);
      return [name, count];
    }),
  );
}
