/** What each of the collector's commands says of itself. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { COMMAND_HELP } from "../../collector/command-line/command-help.ts";
import { COMPILE_CACHE } from "../support/compile-cache.ts";

const ROOT = join(import.meta.dirname, "../..");
const COMMAND = join(ROOT, "bin/runner-guard-collector");

test.each(Object.entries(COMMAND_HELP))(
  "%s has exit statuses, examples and a document that there is",
  (path, { examples, document }) => {
    const text = help(path.split(" "));

    expect(text).toMatch(/\nExit status:\n(?: {2}\d+ +[^\n]+\n)+ {2}70 {3}a bug\n/);
    for (const example of examples) {
      expect(example.startsWith(`${path} `)).toBe(true);
      expect(text).toContain(`\n  runner-guard-collector ${example}\n`);
    }
    expect(text).toContain(`\n${document} tells more.\n`);
    expect(existsSync(join(ROOT, document))).toBe(true);
  },
);

test("no command is without", () => {
  const below = (path: readonly string[]): string[] => {
    const [, list = ""] = /\nCommands:\n([^]*?)(?:\n\n|$)/.exec(help(path)) ?? [];
    const names = [...list.matchAll(/^ {2}(?<name>[a-z][a-z-]*)/gm)].map(([, name = ""]) => name);
    const subs = names.filter((name) => name !== "help").map((name) => [...path, name]);
    return subs.length === 0 ? [path.join(" ")] : subs.flatMap((sub) => below(sub));
  };

  expect(below([]).toSorted()).toEqual(Object.keys(COMMAND_HELP).toSorted());
});

function help(path: readonly string[]): string {
  const { stdout } = spawnSync(COMMAND, [...path, "--help"], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
  return stdout;
}
