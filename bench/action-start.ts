/** How long the action's `pre` takes until the guard is in force, and which part of it how long: at the first use on a machine, and later. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { runBenchmark } from "./harness/run-benchmark.ts";
import { runTimed } from "./harness/run-timed.ts";
import { toQuantile } from "./harness/statistics.ts";
import type { Row } from "./harness/table.ts";

const TIMEOUT_MS = 60_000;
/** Four guards a run, each of which is ended before the next. */
const TIMEOUT_PER_RUN_MS = 60_000;
const TARGET_MS = 600;
const CHECKOUT = new URL("..", import.meta.url).pathname;
const JOBS = new URL("action-start-of/jobs.mjs", import.meta.url).pathname;

const startsSchema = z.array(
  z.object({
    mode: z.enum(["audit", "block"]),
    use: z.enum(["first", "later"]),
    copied: z.number(),
    loaded: z.number(),
    ready: z.number(),
    told: z.number(),
    inForce: z.number(),
    whole: z.number(),
  }),
);
type Start = z.infer<typeof startsSchema>[number];

await runBenchmark(
  {
    name: "action-start",
    about: "time in ms from the start of the action's pre until the guard is in force",
    options: { runs: { default: 20, quick: 2, help: "starts of each kind" } },
    async run({ runs }) {
      const folder = mkdtempSync(join(tmpdir(), "bench-action-start-"));
      try {
        execFileSync(process.execPath, ["scripts/build-action.mjs", "--output", folder], {
          cwd: CHECKOUT,
          stdio: "inherit",
        });
        const starts = await startGuards(folder, runs);
        const notes = [
          `Goal: p50 of ${TARGET_MS} ms until it is in force.`,
          "Medians of the parts: until root's copy is there, until the guard's program is loaded, until it is in force, until pre has ended.",
        ];
        return { rows: toRows(starts), notes, measured: starts };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
  process.argv.slice(2),
);

/** In a pod of its own, whose /run and /var/lib are empty: nothing of the machine's is seen or changed. */
async function startGuards(action: string, runs: number): Promise<Start[]> {
  const work = join(action, "temp");
  mkdirSync(work);
  const given = JSON.stringify({ action, work, runs, modes: ["audit", "block"] });
  const pod = "unshare --pid --net --mount --fork --mount-proc --kill-child".split(" ");
  const setUp = `ip link set lo up; mount -t tmpfs run /run; mount -t tmpfs lib /var/lib; exec "$@"`;
  const ran = await runTimed([...pod, "sh", "-c", setUp, "sh", process.execPath, JOBS, given], {
    timeoutMs: TIMEOUT_MS + runs * TIMEOUT_PER_RUN_MS,
  });
  if (ran.exitCode !== 0) throw new Error(`the jobs ended with ${ran.exitCode}: ${ran.stderr}`);
  return startsSchema.parse(JSON.parse(ran.stdout));
}

function toRows(starts: readonly Start[]): Row[] {
  const kinds = [...new Set(starts.map(({ mode, use }) => `${mode} ${use}`))];
  return kinds.map((kind) => {
    const those = starts.filter(({ mode, use }) => `${mode} ${use}` === kind);
    const of = (part: Exclude<keyof Start, "mode" | "use">, share: number): string =>
      toQuantile(
        those.map((start) => start[part]),
        share,
      ).toFixed(0);
    const [mode = "", use = ""] = kind.split(" ");
    return {
      mode,
      use,
      runs: those.length,
      "in force p50": of("inForce", 0.5),
      "in force p90": of("inForce", 0.9),
      "pre p50": of("whole", 0.5),
      "pre p90": of("whole", 0.9),
      copied: of("copied", 0.5),
      loaded: of("loaded", 0.5),
      ready: of("ready", 0.5),
      told: of("told", 0.5),
    };
  });
}
