/** Loaded before a collector (`NODE_OPTIONS=--import=…`): for how long its main thread stood still, a line of milliseconds for each quarter of a second. */
import { appendFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const { RUNNER_GUARD_BENCH_STOPS: file } = process.env;
const EVERY_MS = 250;
const RESOLUTION_MS = 1;

if (isMainThread && file !== undefined) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  setInterval(() => {
    appendFileSync(file, `${(delays.max / 1_000_000).toFixed(1)}\n`);
    delays.reset();
  }, EVERY_MS).unref();
}
