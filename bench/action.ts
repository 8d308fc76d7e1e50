/** How long the action takes: `pre` from its start until the guard is in force, and `post` until the summary of a large job is written. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildGenerator } from "./harness/build-generator.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { runTimed } from "./harness/run-timed.ts";
import { toQuantile } from "./harness/statistics.ts";

const TIMEOUT_MS = 120_000;
/** A job of 50,000 events takes 10 s where nothing else runs. */
const LARGE_JOB_TIMEOUT_MS = 120_000;
const PRE_TARGET_MS = 600;
const POST_TARGET_MS = 1_500;
const CHECKOUT = new URL("..", import.meta.url).pathname;

await runBenchmark(
  {
    name: "action",
    about: "time in ms that the phases of the GitHub Action take, as released",
    options: {
      runs: { default: 10, help: "jobs, one after the other on one machine" },
      events: { default: 50_000, help: "processes' starts and ends of a large job before post" },
      large: { default: 3, quick: 1, help: "large jobs, behind the others" },
    },
    async run({ runs, events, large }) {
      const folder = mkdtempSync(join(tmpdir(), "bench-action-"));
      try {
        execFileSync(process.execPath, ["scripts/build-action.mjs", "--output", folder], {
          cwd: CHECKOUT,
          stdio: "inherit",
        });
        const times = await runJobs(folder, { runs, events, large });
        const rows = times.map(({ phase, values }) => ({
          phase,
          runs: values.length,
          first: values[0]?.toFixed(0) ?? "",
          median: toQuantile(values, 0.5).toFixed(0),
          max: Math.max(...values).toFixed(0),
        }));
        const notes = [
          `Goals: pre ${PRE_TARGET_MS} ms, post after ${events} events ${POST_TARGET_MS} ms.`,
          "The first pre copies the guard and Node.js; later ones find the copy.",
        ];
        return { rows, notes, measured: rows };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
  process.argv.slice(2),
);

interface Jobs {
  readonly runs: number;
  readonly events: number;
  readonly large: number;
}

interface Times {
  readonly phase: string;
  readonly values: readonly number[];
}

/** In a pod of its own, whose /run and /var/lib are empty: nothing of the machine's is seen or changed. */
async function runJobs(folder: string, jobs: Jobs): Promise<Times[]> {
  const script = join(folder, "jobs.mjs");
  mkdirSync(join(folder, "temp"));
  writeFileSync(script, toScript(folder, jobs));
  const pod = "unshare --pid --net --mount --fork --mount-proc --kill-child".split(" ");
  const setUp = `ip link set lo up; mount -t tmpfs run /run; mount -t tmpfs lib /var/lib; exec "$@"`;
  const ran = await runTimed([...pod, "sh", "-c", setUp, "sh", process.execPath, script], {
    timeoutMs: TIMEOUT_MS + jobs.large * LARGE_JOB_TIMEOUT_MS,
  });
  if (ran.exitCode !== 0) throw new Error(`the jobs ended with ${ran.exitCode}: ${ran.stderr}`);
  const told: Record<string, number[]> = JSON.parse(ran.stdout.trim().split("\n").at(-1) ?? "");
  return Object.entries(told).map(([phase, values]) => ({ phase, values }));
}

/** A guard of its own for each job. Processes of large ones have arguments of their own, for what is the same is looked at once. */
function toScript(folder: string, { runs, events, large }: Jobs): string {
  const log = join(folder, "processes.log");
  const job = [log, String(Math.ceil(events / 2)), "2", buildGenerator("nothing")];
  return `
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
const times = { pre: [], main: [], post: [] };
const files = { GITHUB_OUTPUT: "output", GITHUB_STATE: "state", GITHUB_STEP_SUMMARY: "summary" };
const environment = { ...process.env, GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: "o/r", RUNNER_TEMP: "${folder}/temp", "INPUT_ALLOWED-ENDPOINTS": "github.com:443", STATE_degraded: "" };
for (const [name, file] of Object.entries(files)) environment[name] = "${folder}/" + file;
for (let run = 0; run < ${runs + large}; run += 1) {
  for (const file of Object.values(files)) writeFileSync("${folder}/" + file, "");
  for (const phase of ["pre", "main", "post"]) {
    const isAfterMuch = phase === "post" && run >= ${runs};
    if (isAfterMuch && spawnSync("${buildGenerator("spawn-short")}", ${JSON.stringify(job)}).status !== 0) process.exit(1);
    const begun = performance.now();
    const { status, stdout } = spawnSync(process.execPath, ["${folder}/action/" + phase + ".mjs"], { env: environment, encoding: "utf8" });
    const took = performance.now() - begun;
    if (status !== 0) { console.error(phase, status, stdout); process.exit(1); }
    const name = isAfterMuch ? "post, ${events} events" : phase;
    (times[name] ??= []).push(took);
  }
  process.kill(JSON.parse(readFileSync("/run/runner-guard/ready", "utf8")).pid);
  while (existsSync("/run/runner-guard/control.sock")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
}
console.log(JSON.stringify(times));
`;
}
