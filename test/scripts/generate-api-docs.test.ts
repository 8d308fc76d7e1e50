import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { updateApiPage } from "../../scripts/generate-api-docs.ts";

test("docs/api.md has the paths that a collector says it has", async () => {
  const page = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");

  expect(await updateApiPage(page)).toBe(page);
  expect(await updateApiPage(page.replace("`GET /healthz`", "`GET /health`"))).toBe(page);
});
