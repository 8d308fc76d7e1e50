/** The thread that writes. All that waits is committed at once: one sync of the disk for many batches. */
import type { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

import { type ApplyWrite, createApplyWrite } from "./apply-write.ts";
import { prepareFindLastNews } from "./news-writes.ts";
import { openForWriting } from "./open-database.ts";
import type { ToWriter, WriteAnswer, WriteRequest } from "./writes.ts";

const NEWS: WriteAnswer = { number: 0, hasNews: true };
const port = parentPort;
if (port === null) throw new Error("writer-thread.ts is a worker's program");
const database = openForWriting(String(workerData));
const writes = createApplyWrite(database);
const findLastNews = prepareFindLastNews(database);
let lastNews = findLastNews();
let waiting: WriteRequest[] = [];

port.on("message", (message: ToWriter) => {
  if (message === "close") {
    commitWaiting();
    checkpoint();
    database.close();
    port.close();
    return;
  }
  // Messages that have come already are taken first.
  if (waiting.length === 0) setImmediate(commitWaiting);
  waiting.push(...message);
});
port.postMessage("ready");

function commitWaiting(): void {
  const requests = waiting;
  waiting = [];
  if (requests.length === 0) return;
  const answers = commitTogether(database, writes, requests);
  const news = findLastNews();
  port?.postMessage(news === lastNews ? answers : [...answers, NEWS]);
  lastNews = news;
}

/** Brings the log into the database, so that the next start finds nothing to recover. Where that fails it is safe in the log. */
function checkpoint(): void {
  try {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (error) {
    const answer: WriteAnswer = { number: 0, fault: `at the end: ${toMessage(error)}` };
    port?.postMessage([answer]);
  }
}

/** Where one of them cannot be written the others are, each by itself. */
function commitTogether(
  held: DatabaseSync,
  applyTo: ApplyWrite,
  requests: readonly WriteRequest[],
): readonly WriteAnswer[] {
  const fault = commit(held, applyTo, requests);
  if (fault === undefined) return requests.map(({ number }) => ({ number }));
  if (requests.length === 1) return requests.map(({ number }) => ({ number, fault }));
  return requests.flatMap((request) => commitTogether(held, applyTo, [request]));
}

function commit(
  held: DatabaseSync,
  applyTo: ApplyWrite,
  requests: readonly WriteRequest[],
): string | undefined {
  try {
    held.exec("BEGIN IMMEDIATE");
    for (const { write } of requests) applyTo.apply(write);
    applyTo.finish();
    held.exec("COMMIT");
    return undefined;
  } catch (error) {
    // A full disk may have rolled it back already.
    if (held.isTransaction) held.exec("ROLLBACK");
    applyTo.forget();
    return toMessage(error);
  }
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
