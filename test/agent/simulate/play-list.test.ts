import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

import { RULES } from "../../../agent/rules/rule-list.ts";
import { PLAYS, UNPLAYED } from "../../../agent/simulate/play-list.ts";

const PLAYER = resolve(import.meta.dirname, "../../../agent/simulate/player.ts");

test("every rule has a play, or a reason why there is none", () => {
  const known = [...PLAYS.map(({ rule }) => rule), ...Object.keys(UNPLAYED)];

  expect(RULES.map(({ id }) => id).filter((id) => !known.includes(id))).toEqual([]);
});

test("no rule has two plays, or a play and a reason for none", () => {
  const known = [...PLAYS.map(({ rule }) => rule), ...Object.keys(UNPLAYED)];

  expect(new Set(known).size).toBe(known.length);
});

test("nothing is played without a guard", () => {
  const folder = mkdtempSync(join(tmpdir(), "runner-guard-unguarded-"));
  const { status } = spawnSync(process.execPath, [PLAYER, "miner", folder, "1"]);
  const left = readdirSync(folder);
  rmSync(folder, { recursive: true });

  expect({ status, left }).toEqual({ status: 77, left: [] });
});

test("a parent that has the guard's name among its arguments is no guard", () => {
  const folder = mkdtempSync(join(tmpdir(), "runner-guard-unguarded-"));
  const script = `require("node:child_process").spawnSync(process.execPath, ${JSON.stringify([PLAYER, "miner", folder, "1"])}, { stdio: "inherit" });`;
  spawnSync(process.execPath, ["--eval", script, resolve(PLAYER, "../../start.mjs"), "watch"]);
  const left = readdirSync(folder);
  rmSync(folder, { recursive: true });

  expect(left).toEqual([]);
});
