/**
 * Runs cases one after the other, each as a CI step in a folder of its own, and writes how each ended, and how many bytes it
 * put into a file `stolen` there.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [list = "", folder = "", ends = ""] = process.argv.slice(2);
/** None takes a second; one that hangs fails alone. */
const TIMEOUT_MS = 10_000;
const KEPT = 2_000;

const played = {};
for (const { name, command } of JSON.parse(readFileSync(list, "utf8"))) {
  const place = join(folder, name);
  mkdirSync(place);
  const [program, ...args] = command;
  const end = spawnSync(program, args, {
    cwd: place,
    env: { ...process.env, GITHUB_ACTION: name, GITHUB_JOB: "attacks", HOME: place },
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { status, signal } = end;
  played[name] = {
    status,
    signal,
    stdout: end.stdout.slice(0, KEPT),
    stderr: end.stderr.slice(0, KEPT),
    stolen: statSync(join(place, "stolen"), { throwIfNoEntry: false })?.size ?? 0,
  };
}
writeFileSync(ends, JSON.stringify(played));
