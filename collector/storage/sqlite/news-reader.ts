/** News of findings, as they are read. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import { FINDING_CHANGES, type NewsStore } from "../../stores/news-store.ts";
import { readRow } from "./read-row.ts";
import { reading } from "./reading.ts";

const newsSchema = z.object({
  number: z.int(),
  change: z.enum(FINDING_CHANGES),
  runId: z.string(),
  id: z.string(),
});

export function createNewsReader(database: DatabaseSync): NewsStore {
  const list = database.prepare(`
    SELECT number, change, run AS runId, finding AS id FROM finding_news
    WHERE number > (SELECT position FROM news_readers WHERE name = ?) ORDER BY number LIMIT ?`);
  const count = database.prepare("SELECT count(*) AS count FROM finding_news");
  return {
    listNews: (reader, limit) =>
      reading(() => list.all(reader, limit)).map((row) => readRow(newsSchema, row)),
    countNews: () => Number(reading(() => count.get())?.["count"] ?? 0),
  };
}
