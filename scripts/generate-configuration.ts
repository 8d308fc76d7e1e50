/**
 * Writes the table of options in docs/configuration.md from that in agent/config.ts. With --check it writes nothing and
 * exits 1 when the page is out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import {
  COMMAND_OPTIONS,
  RUN_OPTIONS,
  toFlag,
  toVariableName,
  WATCH_OPTIONS,
} from "../agent/config.ts";

const PAGE = "docs/configuration.md";
const BEGIN = "<!-- Options, from agent/config.ts by `npm run docs:configuration` -->\n";
const END = "<!-- End of options -->\n";

/** The page with the table of today; what stands around the table stays. Throws when the page has no place for one. */
export function updateConfiguration(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has no lines ${BEGIN}and ${END}`);
  return `${page.slice(0, begin)}${BEGIN}\n${describeOptions()}\n${page.slice(end)}`;
}

function describeOptions(): string {
  const besides = Object.entries({ run: COMMAND_OPTIONS, watch: WATCH_OPTIONS }).map(
    ([command, options]) => `\n\`${command}\` takes these too:\n\n${describeTable(options)}`,
  );
  return [describeTable(RUN_OPTIONS), ...besides].join("");
}

type Options = Readonly<Record<string, { readonly description: string; readonly expects: string }>>;

function describeTable(options: Options): string {
  const rows = Object.entries(options).map(([name, { description, expects }]) => [
    `\`${toFlag(name)}\``,
    `\`${toVariableName(name)}\``,
    toCell(expects),
    toCell(description),
  ]);
  return toTable([["flag", "variable", "value", "meaning"], ...rows]);
}

/** Columns as wide as their widest cell, so that the source reads as a table too. */
function toTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const toLine = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const rule = widths.map((width) => "-".repeat(width));
  return [head, rule, ...rows].map(toLine).join("");
}

function toCell(text: string): string {
  return text.replace(/[|<*_]/g, "\\$&");
}

/** Gives back the exit status. */
function run(isCheck: boolean): number {
  const file = new URL(`../${PAGE}`, import.meta.url);
  const page = readFileSync(file, "utf8");
  const updated = updateConfiguration(page);
  if (updated === page) return 0;
  if (!isCheck) {
    writeFileSync(file, updated);
    return 0;
  }
  process.stderr.write(`${PAGE} is out of date: npm run docs:configuration\n`);
  return 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = run(process.argv.includes("--check"));
}
