import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { adviseOnCapabilities } from "../../../agent/privilege/capability-guide.ts";
import { factsWith } from "./facts-with.ts";

const document = readFileSync(new URL("../../../docs/privileges.md", import.meta.url), "utf8");
const sources = ["problems.ts", "kernel-obstacles.ts"]
  .map((file) => new URL(`../../../agent/privilege/${file}`, import.meta.url))
  .map((url) => readFileSync(url, "utf8"))
  .join("");

test("docs/privileges.md says of each capability what the doctor says", () => {
  const rows = document.split("\n").map((line) => line.replaceAll(/ +/g, " "));
  const missing = adviseOnCapabilities(factsWith()).filter(
    ({ name, adds }) => !rows.some((row) => row.startsWith(`| \`${name}\` | ${adds}`)),
  );

  expect(missing).toEqual([]);
});

test("docs/privileges.md names every problem that the doctor can find", () => {
  const ids = [...sources.matchAll(/id: "([a-z0-9-]+)"/g)].map(([, id = ""]) => id);

  expect(ids.length).toBeGreaterThan(10);
  expect(ids.filter((id) => !document.includes(`\`${id}\``))).toEqual([]);
});
