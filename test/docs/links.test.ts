import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { expect, test } from "vitest";

import { readDocuments, withoutExamples } from "./documents.ts";

const documents = readDocuments();
const anchors = new Map(
  documents.map(({ path, text }) => [normalize(path), new Set(anchorsOf(text))]),
);

test("the pages that everyone looks for are there", () => {
  expect([...anchors.keys()]).toEqual(
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

function linksIn(text: string): string[] {
  return [...withoutExamples(text).matchAll(/\]\((?<target>[^)\s]+)\)/g)]
    .map(({ groups }) => groups?.["target"] ?? "")
    .filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(from: string, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? normalize(from) : join(dirname(from), file);
  if (!existsSync(target)) return false;
  return anchor === undefined || anchors.get(target)?.has(anchor) === true;
}

/** As GitHub makes them: lower case, punctuation gone, a hyphen for each space. */
function anchorsOf(text: string): string[] {
  return [...withoutExamples(text).matchAll(/^#{1,6} (?<heading>.+)$/gm)].map(({ groups }) =>
    (groups?.["heading"] ?? "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
