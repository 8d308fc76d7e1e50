/**
 * Keeps a dead guard's table in force while its command runs on. It holds the standard input of the program that removes the
 * table open (descriptor 3), and ends when the guard is dead (its own input ends) and the command's control group, its one
 * argument, is empty. The kernel then closes the descriptor, and the table goes.
 */
import { readdirSync, readFileSync, rmdirSync, watch } from "node:fs";

/** The kernel tells of changes; should it not, an empty control group is found by looking. */
const LOOK_EVERY_MS = 1_000;
const MAX_DEPTH = 16;

const [, , cgroup = ""] = process.argv;

function isPopulated() {
  try {
    return /^populated 1$/m.test(readFileSync(`${cgroup}/cgroup.events`, "utf8"));
  } catch {
    return false;
  }
}

function remove(path, depth) {
  if (depth === 0) return;
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) remove(`${path}/${entry.name}`, depth - 1);
    }
    rmdirSync(path);
  } catch {
    // Gone already, or something entered it just now.
  }
}

function endWhenEmpty() {
  if (isPopulated()) return;
  remove(cgroup, MAX_DEPTH);
  process.exit();
}

// A signal that is meant for the job's processes must not open its way out.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);

process.stdin.resume();
process.stdin.on("close", () => {
  setInterval(endWhenEmpty, LOOK_EVERY_MS);
  try {
    watch(`${cgroup}/cgroup.events`, endWhenEmpty).on("error", endWhenEmpty);
  } catch {
    // It is gone; the next look finds that.
  }
  endWhenEmpty();
});
