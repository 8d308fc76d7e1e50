import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { type Document, readDocuments, withoutExamples } from "./documents.ts";

/** Whether a link of a page leads to a file below the folder, and to a heading of it where it names one. */
export function createLeadsSomewhere(folder: string, documents: readonly Document[]) {
  const anchors = new Map(
    documents.map(({ path, text }) => [normalize(path), new Set(anchorsOf(text))]),
  );
  return (from: string, link: string): boolean => {
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? normalize(from) : join(dirname(from), file);
    if (!existsSync(join(folder, target))) return false;
    return anchor === undefined || anchors.get(target)?.has(anchor) === true;
  };
}

/** `page: link`, of all pages below the folder. */
export function findDeadLinks(folder: string): string[] {
  const documents = readDocuments(folder);
  const leadsSomewhere = createLeadsSomewhere(folder, documents);
  return documents.flatMap(({ path, text }) =>
    linksIn(text)
      .filter((link) => !leadsSomewhere(path, link))
      .map((link) => `${path}: ${link}`),
  );
}

export function linksIn(text: string): string[] {
  return [...withoutExamples(text).matchAll(/\]\((?<target>[^)\s]+)\)/g)]
    .map(({ groups }) => groups?.["target"] ?? "")
    .filter((target) => !/^[a-z]+:/.test(target));
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
