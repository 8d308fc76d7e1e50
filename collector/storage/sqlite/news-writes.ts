/** News of findings, as SQL, for the thread that writes. */
import type { DatabaseSync } from "node:sqlite";

import type { FindingChange, SettledNews } from "../../stores/news-store.ts";
import type { FindingName } from "../../stores/run-queries.ts";

export type AddNews = (change: FindingChange, finding: FindingName) => void;

export function prepareAddNews(database: DatabaseSync): AddNews {
  const insert = database.prepare(
    "INSERT INTO finding_news (change, run, finding) VALUES (?, ?, ?)",
  );
  return (change, { runId, id }) => void insert.run(change, runId, id);
}

/** The number of the last one there ever was. */
export function prepareFindLastNews(database: DatabaseSync): () => number {
  const find = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'finding_news'");
  return () => Number(find.get()?.["seq"] ?? 0);
}

/** To be called along with what a reader writes: what all of them have settled is taken away. */
export function prepareSettleNews(database: DatabaseSync): (settled: SettledNews) => void {
  const move = database.prepare(
    "UPDATE news_readers SET position = max(position, ?) WHERE name = ?",
  );
  const remove = database.prepare(
    "DELETE FROM finding_news WHERE number <= (SELECT min(position) FROM news_readers)",
  );
  return ({ reader, upTo }) => {
    move.run(upTo, reader);
    remove.run();
  };
}
