import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { createFileNews } from "../../../action/guard/file-news.ts";

const folder = mkdtempSync(join(tmpdir(), "file-news-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("tells of each writing to the file, to whoever asked before", async () => {
  const path = join(folder, "log");
  writeFileSync(path, "");
  using news = createFileNews(path);
  const first = news.next();
  appendFileSync(path, "one\n");
  await first;
  const second = news.next();
  appendFileSync(path, "two\n");

  await expect(second).resolves.toBeUndefined();
});

test("says nothing where nothing is to be watched, and does not throw", () => {
  using news = createFileNews(join(folder, "absent"));

  expect(news.next()).toBeInstanceOf(Promise);
});
