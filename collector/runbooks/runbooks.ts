/** What to do about an incident, a page for each rule: docs/runbooks, as alerts link to it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Runbooks {
  /** In Markdown. Of a rule that has none, one of policy's own say, what all of them stand on. */
  find(rule: string): string;
}

const FOLDER = join(import.meta.dirname, "../../docs/runbooks");
const GENERAL = "README";

/** Read when the first one is asked for, and then never again. */
export function createRunbooks(folder: string = FOLDER): Runbooks {
  let pages: ReadonlyMap<string, string> | undefined;
  return {
    find(rule) {
      pages ??= readPages(folder);
      return pages.get(rule) ?? pages.get(GENERAL) ?? "";
    },
  };
}

function readPages(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
  return new Map(
    names.map((name) => [name.slice(0, -".md".length), readFileSync(join(folder, name), "utf8")]),
  );
}
