/** The image has no shell for the scripts in bin/: what stands in for them starts the same. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { toLauncher } from "../../../scripts/image/root/launcher.mjs";

const CHECKOUT = join(import.meta.dirname, "../../..");
/** Says what it is started as, and ends as it is told. */
const ENTRY = `
  console.log(JSON.stringify({ flags: process.execArgv, args: process.argv.slice(2), pid: process.pid }));
  process.exitCode = 42;
`;

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "runner-guard-launcher-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

test.each([
  ["runner-guard", "agent/start.mjs"],
  ["runner-guard-collector", "collector/main.ts"],
])("%s becomes Node.js with the flags of its script, and ends with its status", (name, entry) => {
  const script = join(CHECKOUT, "bin", name);
  const launcher = join(place, name);
  mkdirSync(join(place, entry, ".."), { recursive: true });
  writeFileSync(join(place, entry), ENTRY);
  writeFileSync(launcher, toLauncher({ script, release: place, node: process.execPath }));
  chmodSync(launcher, 0o755);

  const { pid, status, stdout, stderr } = spawnSync(launcher, ["serve", "a b", "--x="], {
    encoding: "utf8",
  });
  const started: { flags: string[]; args: string[]; pid: number } = JSON.parse(stdout);

  expect({ status, stderr }).toEqual({ status: 42, stderr: "" });
  expect(started).toMatchObject({ args: ["serve", "a b", "--x="], pid });
  expect(started.flags.length).toBeGreaterThan(1);
  const text = readFileSync(script, "utf8");
  const inScript = text.slice(text.lastIndexOf("exec ")).match(/--[a-z-]+=\w+/g);
  expect(started.flags).toEqual(inScript);
});

test("a script that ends otherwise is none that it knows", () => {
  const script = join(place, "runner-guard");
  writeFileSync(script, '#!/bin/sh\nexec node "$@"\n');

  expect(() => toLauncher({ script, release: place, node: "/usr/bin/node" })).toThrow(
    "runner-guard: does not end with how it starts Node.js",
  );
});
