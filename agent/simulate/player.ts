/**
 * Plays one attack: `player.ts RULE FOLDER OUTSIDER`. It plays below a guard that `runner-guard run` started, and nowhere else, so
 * that nobody can turn it on an unguarded machine.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { isGuard } from "./is-guard.ts";
import { PLAYS } from "./play-list.ts";
import { createStage } from "./stage.ts";

const START = join(import.meta.dirname, "../start.mjs");
/** EX_NOPERM of sysexits.h. */
const EXIT_UNGUARDED = 77;

const [rule, folder = "", outsider] = process.argv.slice(2);
const found = PLAYS.find((play) => play.rule === rule);

if (found === undefined || !isGuard(process.ppid, START)) {
  process.stderr.write(
    "nothing is played: this is not the child of a guard with a kernel sensor, which takes root: runner-guard doctor\n",
  );
  process.exitCode = EXIT_UNGUARDED;
} else {
  writeFileSync(join(folder, "..", "begun"), String(Date.now()));
  await found.play(createStage({ folder, outsider: Number(outsider), guard: process.ppid }));
  writeFileSync(join(folder, "..", "ended"), String(Date.now()));
}
