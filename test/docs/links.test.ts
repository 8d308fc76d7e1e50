import { expect, test } from "vitest";

import { createLeadsSomewhere, linksIn } from "./dead-links.ts";
import { readDocuments } from "./documents.ts";

const documents = readDocuments();
const leadsSomewhere = createLeadsSomewhere(".", documents);

test("the pages that everyone looks for are there", () => {
  expect(documents.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["README.md", "ARCHITECTURE.md", "SECURITY.md", "CHANGELOG.md"]),
  );
});

test.each(documents)("every link in $path leads somewhere", ({ path, text }) => {
  expect(linksIn(text).filter((link) => !leadsSomewhere(path, link))).toEqual([]);
});

test("a link to a file or heading that is not there is found", () => {
  const text = "[a](nowhere.md) [b](README.md#no-such-heading) [c](README.md#quick-start)";
  const broken = linksIn(text).filter((link) => !leadsSomewhere("README.md", link));

  expect(broken).toEqual(["nowhere.md", "README.md#no-such-heading"]);
});
