/**
 * Plays one attack: `player.ts RULE FOLDER OUTSIDER`. It plays below a guard that `runner-guard run` started, and nowhere else, so
 * that nobody can turn it on an unguarded machine.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { PLAYS } from "./play-list.ts";
import { createStage } from "./stage.ts";

const START = join(import.meta.dirname, "../start.mjs");
/** EX_NOPERM of sysexits.h. */
const EXIT_UNGUARDED = 77;

const [rule, folder = "", outsider] = process.argv.slice(2);
const found = PLAYS.find((play) => play.rule === rule);

if (!isGuarded() || found === undefined) {
  process.exitCode = EXIT_UNGUARDED;
} else {
  writeFileSync(join(folder, "..", "begun"), String(Date.now()));
  await found.play(createStage({ folder, outsider: Number(outsider), guard: process.ppid }));
  writeFileSync(join(folder, "..", "ended"), String(Date.now()));
}

/** The parent is this very package's agent, running `run`, by the same Node.js. */
function isGuarded(): boolean {
  const words = readFileSync(`/proc/${process.ppid}/cmdline`, "utf8").split("\0");
  const at = words.indexOf(START);
  return at > 0 && words[at + 1] === "run";
}
