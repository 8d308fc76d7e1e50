/** What to do about an incident, a page for each rule: docs/runbooks, as alerts link to it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Runbooks {
  /** In Markdown. Of a rule that has none, one of policy's own say, what all of them stand on. */
  find(rule: string): string;
}

const FOLDER = join(import.meta.dirname, "../../docs/runbooks");
const GENERAL = "README";
/** Where the collector was copied to without its documents. */
const MISSING =
  "The runbooks are not installed here: they are docs/runbooks of Runner Guard's sources.\n";

/** Read when the first one is asked for, and then never again. */
export function createRunbooks(folder: string = FOLDER): Runbooks {
  let pages: ReadonlyMap<string, string> | undefined;
  return {
    find(rule) {
      pages ??= readPages(folder);
      return pages.get(rule) ?? pages.get(GENERAL) ?? MISSING;
    },
  };
}

function readPages(folder: string): ReadonlyMap<string, string> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
  return new Map(
    names.map((name) => [name.slice(0, -".md".length), readFileSync(join(folder, name), "utf8")]),
  );
}
