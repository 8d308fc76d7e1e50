import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Document {
  readonly path: string;
  readonly text: string;
}

/** Every page of ours, whoever reads it. */
export function readDocuments(folder = "."): Document[] {
  return globSync("**/*.md", {
    cwd: folder,
    exclude: (name) => /(?:^|\/)(?:node_modules|\.[^/]+|dist)$/.test(name),
  }).map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
}

const FENCE = /^```.*?^```$/gms;

/** What a page says, without the examples in it. */
export function withoutExamples(text: string): string {
  return text.replaceAll(FENCE, "");
}
