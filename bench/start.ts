/** How long it takes from the command line until a command runs with the sensor in force. */
import { buildGenerator } from "./harness/build-generator.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { toGuardedCommand } from "./harness/run-guarded.ts";
import { runTimed } from "./harness/run-timed.ts";
import { toQuantile } from "./harness/statistics.ts";
import type { Row } from "./harness/table.ts";

type Way = Parameters<typeof toGuardedCommand>[1];

/** The default, with the packet filter and the DNS gate in place; the last one says what those two take. */
const WAYS: readonly Way[] = [
  { sensor: "kernel" },
  { sensor: "proc" },
  { sensor: "kernel", enforcement: "none" },
];
const TIMEOUT_MS = 30_000;
const TARGET_MS = 400;

await runBenchmark(
  {
    name: "start",
    about: "time in ms from the command line until the command runs, with the sensor in force",
    options: { runs: { default: 20, help: "runs for each number" } },
    async run({ runs }) {
      const rows: Row[] = [];
      for (const way of WAYS) {
        const begins = await repeat(runs, () => timeUntilBegin(way));
        const whole = await repeat(runs, () => timeAddedToWhole(way));
        rows.push(toRow(way, "until the command begins", begins));
        rows.push(toRow(way, "added to `true` as a whole", whole));
      }
      return { rows, notes: [`Goal: ${TARGET_MS} ms until the command begins.`], measured: rows };
    },
  },
  process.argv.slice(2),
);

/** The command says when it began, on the clock that this process reads too. */
async function timeUntilBegin(way: Way): Promise<number> {
  const begun = process.hrtime.bigint();
  const { stdout } = await runSuccessfully(toGuardedCommand([buildGenerator("stamp")], way));
  return Number(BigInt(stdout.trim()) - begun) / 1e6;
}

async function timeAddedToWhole(way: Way): Promise<number> {
  const bare = await runSuccessfully(["/bin/true"]);
  const guarded = await runSuccessfully(toGuardedCommand(["/bin/true"], way));
  return guarded.wallMs - bare.wallMs;
}

async function runSuccessfully(command: readonly string[]) {
  const run = await runTimed(command, { timeoutMs: TIMEOUT_MS });
  if (run.exitCode === 0) return run;
  throw new Error(`${command.join(" ")} ended with status ${run.exitCode}: ${run.stderr.trim()}`);
}

async function repeat(times: number, measure: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let run = 0; run < times; run++) values.push(await measure());
  return values;
}

function toRow(way: Way, what: string, values: readonly number[]): Row {
  return {
    sensor: way.sensor,
    enforcement: way.enforcement ?? "as usual",
    what,
    runs: values.length,
    median: toQuantile(values, 0.5).toFixed(1),
    p90: toQuantile(values, 0.9).toFixed(1),
    max: Math.max(...values).toFixed(1),
  };
}
