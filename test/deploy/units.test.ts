import { globSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { RECORD_DIRECTORY } from "../../agent/lockdown/record-directory.ts";

/** What systemd makes for a unit, by the names that it has below. */
const PLACES = { StateDirectory: "/var/lib", LogsDirectory: "/var/log" };

const directories = globSync("deploy/systemd/*.service").flatMap((path) =>
  Object.entries(PLACES).flatMap(([setting, below]) =>
    [...readFileSync(path, "utf8").matchAll(new RegExp(`^${setting}=(.+)$`, "gm"))].map(
      ([, name = ""]) => `${below}/${name}`,
    ),
  ),
);

test("no directory of a unit is that of another one, or where a guard notes what it has to give back", () => {
  const taken = [...directories, RECORD_DIRECTORY];

  expect(directories.length).toBeGreaterThan(2);
  expect(taken.toSorted()).toEqual([...new Set(taken)].toSorted());
});

test("the collector is told of the directory that its unit has made", () => {
  const unit = readFileSync("deploy/systemd/runner-guard-collector.service", "utf8");
  const [, told] = /--data-dir (\S+)/.exec(unit) ?? [];

  expect(directories).toContain(told);
});
