/**
 * Writes the tables of options in docs/configuration.md from those in agent/config.ts and collector/config.ts. With --check it
 * writes nothing and exits 1 when the page is out of date.
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
import { SERVE_FLAGS, SERVE_SECRETS } from "../collector/config.ts";
import { putBetween, toCell, toTable } from "./docs/page-table.ts";

const PAGE = "docs/configuration.md";
const OF_AGENT = {
  page: PAGE,
  begin: "<!-- Options, from agent/config.ts by `npm run docs:configuration` -->\n",
  end: "<!-- End of options -->\n",
};
const OF_COLLECTOR = {
  page: PAGE,
  begin:
    "<!-- Options of the collector, from collector/config.ts by `npm run docs:configuration` -->\n",
  end: "<!-- End of options of the collector -->\n",
};

/** The page with the tables of today; what stands around them stays. Throws when the page has no place for one. */
export function updateConfiguration(page: string): string {
  const withAgent = putBetween(OF_AGENT, page, describeAgent());
  return putBetween(OF_COLLECTOR, withAgent, describeCollector());
}

function describeAgent(): string {
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

function describeCollector(): string {
  const flags = Object.values(SERVE_FLAGS).map(
    ({ flag, variable, description, default: fallback }) => [
      `\`${flag}\``,
      `\`${variable}\``,
      fallback === "" ? "none" : `\`${fallback}\``,
      toCell(description),
    ],
  );
  const secrets = Object.values(SERVE_SECRETS).map(({ variable, description }) => [
    `\`${variable}\``,
    toCell(description),
  ]);
  const tokens = toTable([["variable", "meaning"], ...secrets]);
  const options = toTable([["flag", "variable", "default", "meaning"], ...flags]);
  return `${options}\nTokens are variables alone, since everybody can read a command line:\n\n${tokens}`;
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
