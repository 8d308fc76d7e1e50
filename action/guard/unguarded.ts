/** What a job did before there was a guard: it was set up, and other actions' `pre` may have run. */
import { readdirSync, readFileSync } from "node:fs";

import { toVisibleText } from "../../agent/visible-text.ts";
import { findWorker, readProcess } from "./find-worker.ts";

/** sysconf(_SC_CLK_TCK): what the kernel tells processes by, on every machine that Node.js is for. */
const TICKS_PER_SECOND = 100;
/** With this the runner finds what a step left, at the job's end. */
const MARK = "RUNNER_TRACKING_ID";
const MAX_NAMED = 20;
const MAX_NAME = 40;
/** A label's value may have 1,024. */
const MAX_CHARACTERS = 1_000;

/** A sentence; undefined where no worker is to be seen. */
export function describeUnguarded(trackingId: string | undefined): string | undefined {
  const worker = findWorker(process.pid);
  if (worker === undefined) return undefined;
  const [uptime = ""] = readFileSync("/proc/uptime", "latin1").split(" ");
  const seconds = Number(uptime) - worker.startTicks / TICKS_PER_SECOND;
  const left = findLeft(worker.pid, trackingId);
  const named = left.slice(0, MAX_NAMED).join(", ");
  const more = left.length > MAX_NAMED ? ` and ${left.length - MAX_NAMED} more` : "";
  const processes = left.length === 0 ? "" : `; of what began then still runs: ${named}${more}`;
  return `the job's first ${seconds.toFixed(1)} s were not watched (its set-up, and other actions that begin before this one)${processes}`.slice(
    0,
    MAX_CHARACTERS,
  );
}

/** Processes of the job's, but for those that this one comes from. */
function findLeft(worker: number, trackingId: string | undefined): string[] {
  const own = toLineage(process.pid);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && !own.has(Number(name)))
    .flatMap((name) => {
      const stat = readProcess(Number(name));
      if (stat === undefined || stat.hasExited) return [];
      const isJobs = stat.parentPid === worker || hasMark(stat.pid, trackingId);
      return isJobs ? [`${toVisibleText(stat.comm, MAX_NAME)} (${stat.pid})`] : [];
    });
}

function toLineage(pid: number): ReadonlySet<number> {
  const lineage = new Set<number>();
  for (let at = pid; at > 0 && !lineage.has(at); at = readProcess(at)?.parentPid ?? 0) {
    lineage.add(at);
  }
  return lineage;
}

function hasMark(pid: number, trackingId: string | undefined): boolean {
  if (!trackingId) return false;
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1")
      .split("\0")
      .includes(`${MARK}=${trackingId}`);
  } catch {
    return false;
  }
}
