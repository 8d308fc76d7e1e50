import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import {
  COMMAND_OPTIONS,
  RUN_OPTIONS,
  toFlag,
  toVariableName,
  WATCH_OPTIONS,
} from "../../agent/config.ts";
import { SERVE_FLAGS } from "../../collector/config.ts";

const readme = readFileSync("README.md", "utf8");
const configuration = readFileSync("docs/configuration.md", "utf8");
const program = readFileSync("agent/commands/add-run.ts", "utf8");
const tables = { ...RUN_OPTIONS, ...COMMAND_OPTIONS, ...WATCH_OPTIONS };
const options = Object.keys(tables).map((name) => ({
  flag: toFlag(name),
  variable: toVariableName(name),
}));

test("there are options to look for", () => {
  expect(options.length).toBeGreaterThan(5);
});

describe.each(options)("$flag", ({ flag, variable }) => {
  test("stands in the README's table", () => {
    expect(readme).toMatch(new RegExp(`^\\| \`${flag}(?: <[a-z]+>)?\` +\\|`, "m"));
  });

  test("stands in docs/configuration.md with its variable", () => {
    expect(configuration).toMatch(new RegExp(`^\\| \`${flag}\` +\\| \`${variable}\` +\\|`, "m"));
  });
});

test("neither page has an option that there is not", () => {
  const documented = [readme, configuration]
    .flatMap((page) => [...page.matchAll(/^\| `(--[a-z-]+)/gm)])
    .map(([, flag]) => flag)
    .filter((flag) => flag !== "--help");
  const ofCollector = Object.values(SERVE_FLAGS).map(({ flag }) => flag.replace(/ .*/, ""));
  const known = new Set([...options.map(({ flag }) => flag), ...ofCollector]);

  expect(documented.filter((flag) => flag !== undefined && !known.has(flag))).toEqual([]);
});

test("an option of the collector that has no default says what holds without it", () => {
  const silent = Object.values(SERVE_FLAGS).filter(
    ({ default: fallback, description }) => fallback === "" && !description.includes("without it"),
  );

  expect(silent.map(({ flag }) => flag)).toEqual([]);
});

test("the README names every exit status that the help names", () => {
  const [help = ""] = /Exit status:.*?Examples:/s.exec(program) ?? [];
  const statuses = [...help.matchAll(/^ {2}(\d+) /gm)].map(([, status]) => status);

  expect(statuses.length).toBeGreaterThan(3);
  expect(statuses.filter((status) => !readme.includes(`\n| ${status} `))).toEqual([]);
});
