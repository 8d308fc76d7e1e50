import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { writeTagPages } from "../../../scripts/release/tag-pages.mjs";
import { findDeadLinks } from "../../docs/dead-links.ts";

const CHECKOUT = resolve(import.meta.dirname, "../../..");
let tree: string;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), "tag-"));
  writeTagPages(CHECKOUT, tree);
});
afterAll(() => rmSync(tree, { recursive: true }));

test("every link of a tag's pages leads to something in the tag", () => {
  expect(findDeadLinks(tree)).toEqual([]);
});

test("a tag's first page is the action's, and leads to its inputs and to every rule", () => {
  const text = readFileSync(join(tree, "README.md"), "utf8");

  expect(text).toContain("(docs/getting-started/github-actions.md#inputs)");
  expect(text).toContain("(docs/rules/README.md)");
  expect(globSync("docs/rules/*.md", { cwd: tree }).toSorted()).toEqual(
    globSync("docs/rules/*.md", { cwd: CHECKOUT }).toSorted(),
  );
});
