import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { bundleClient } from "../../../scripts/dashboard-bundle/bundle-client.mjs";

const ROOT = join(import.meta.dirname, "../../..");
/** What the first page may cost, on a slow line too. */
const MAX_PACKED_BYTES = 60 * 1_024;

test("the first page, with its chart, is small", async () => {
  const files = new Map((await bundleClient(ROOT)).map(({ name, content }) => [name, content]));
  const page = files.get("index.html") ?? "";
  const named = [...page.matchAll(/(?:href|src)="\/(assets\/[^"]+)"/g)].map(
    ([, name]) => name ?? "",
  );
  const chart = [...files.keys()].filter((name) => name.includes("uPlot"));
  const first = ["index.html", ...named, ...chart];
  const packed = first.map((name) => gzipSync(files.get(name) ?? "").length);

  expect(named.map((name) => name.replace(/^.*\./, "")).toSorted()).toEqual(["css", "js", "svg"]);
  expect(chart).toHaveLength(1);
  expect(packed.reduce((sum, bytes) => sum + bytes)).toBeLessThan(MAX_PACKED_BYTES);
});

test("nothing but known ways make markup or code of text", async () => {
  const files = await bundleClient(ROOT);
  const own = files.filter(({ name }) => name.endsWith(".js") && !name.includes("uPlot"));
  const ways = own.flatMap(({ name, content }) =>
    [
      ...content.matchAll(/\b(?:eval|Function)\(|document\.write|insertAdjacentHTML|outerHTML/g),
    ].map(([way]) => `${name}: ${way}`),
  );

  expect(own.length).toBeGreaterThan(1);
  expect(ways).toEqual([]);
});
