/**
 * Starts guards by the action's `pre`, one after the other, each of a job of its own. Takes a JSON of `action`, `work`, `runs`
 * and `modes`, and prints how long each part of a start took. It is run in a pod of its own, whose /run and /var/lib are empty.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";

const { action, work, runs, modes } = JSON.parse(process.argv[2] ?? "");
const PROGRAMS = "/var/lib/runner-guard-action";
const FOLDER = "/run/runner-guard-action";
const STATE = "/run/runner-guard";
const FILES = { GITHUB_OUTPUT: "output", GITHUB_STATE: "state", GITHUB_STEP_SUMMARY: "summary" };
const PERIOD_MS = 20;
const asleep = new Int32Array(new SharedArrayBuffer(4));

const starts = [];
for (let run = 0; run < runs; run += 1) {
  for (const mode of modes) {
    // In turns, so that what else the machine does falls on all of them.
    rmSync(PROGRAMS, { recursive: true, force: true });
    starts.push({ mode, use: "first", ...startOne(mode) });
    starts.push({ mode, use: "later", ...startOne(mode) });
  }
}
process.stdout.write(`${JSON.stringify(starts)}\n`);

/** @param {string} mode */
function startOne(mode) {
  for (const folder of [FOLDER, STATE]) rmSync(folder, { recursive: true, force: true });
  for (const file of Object.values(FILES)) writeFileSync(`${work}/${file}`, "");
  const begun = now();
  const ran = spawnSync(process.execPath, [`${action}/action/pre.mjs`], {
    env: toEnvironment(mode),
    encoding: "utf8",
  });
  const ended = now();
  if (ran.status !== 0) throw new Error(`pre ended with ${ran.status}: ${ran.stdout}`);
  const { pid, mode: got, sensors } = JSON.parse(readFileSync(`${STATE}/ready`, "utf8"));
  const kernel = sensors.find(({ name }) => name === "kernel");
  if (got.effective !== mode || kernel?.status !== "active") {
    throw new Error(`the guard is in mode ${got.effective}, its kernel sensor ${kernel?.status}`);
  }
  // Files that somebody writes when a part is over tell of it, without anything in the way of what is measured.
  const copied = statSync(`${FOLDER}/policy.json`).mtimeMs;
  const loaded = statSync(`${STATE}/lock`).mtimeMs;
  const inForce = statSync(`${STATE}/ready`).mtimeMs;
  endGuard(pid);
  return {
    copied: copied - begun,
    loaded: loaded - copied,
    ready: inForce - loaded,
    told: ended - inForce,
    inForce: inForce - begun,
    whole: ended - begun,
  };
}

/** @param {string} mode */
function toEnvironment(mode) {
  const files = Object.entries(FILES).map(([name, file]) => [name, `${work}/${file}`]);
  return {
    PATH: process.env["PATH"],
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: "o/r",
    RUNNER_TEMP: work,
    "INPUT_EGRESS-POLICY": mode,
    "INPUT_ALLOWED-ENDPOINTS": "github.com:443",
    ...Object.fromEntries(files),
  };
}

/** Its socket goes last but for the process, which nobody here reaps. */
function endGuard(pid) {
  process.kill(pid);
  while (existsSync(`${STATE}/control.sock`)) Atomics.wait(asleep, 0, 0, PERIOD_MS);
}

/** On the clock that files have. */
function now() {
  return performance.timeOrigin + performance.now();
}
