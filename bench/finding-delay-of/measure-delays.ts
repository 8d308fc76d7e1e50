import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { buildGenerator } from "../harness/build-generator.ts";
import { runTimed } from "../harness/run-timed.ts";
import { createWorkDirectory } from "../harness/work-directory.ts";
import {
  type GuardedDeeds,
  guardedDeedsSchema,
  type Load,
  loadSchema,
  timedDeedSchema,
} from "./guarded-deeds.ts";
import { type Delays, matchDeeds } from "./match-deeds.ts";

const GUARD_DEEDS = fileURLToPath(new URL("guard-deeds.ts", import.meta.url));
const COMPILE_CACHE = fileURLToPath(new URL("../../.cache/compile", import.meta.url));
/** The metadata service's address leads nowhere in it, and loopback is up. */
const OWN_NETWORK = ["unshare", "--net", "--", "sh", "-c", 'ip link set lo up; exec "$@"', "sh"];
/** A load that creates thousands of files on a disk waits for it now and then, and makes up for that at ten times its rate. */
const IN_MEMORY = "/dev/shm";
/** As bin/runner-guard starts the guard. */
const NODE = [
  process.execPath,
  "--max-semi-space-size=2",
  "--max-old-space-size=512",
  "--disable-warning=ExperimentalWarning",
];
/** For the guard's start and its end. */
const GRACE_MS = 60_000;

export interface DelayTrial {
  readonly seconds: number;
  /** Events a second besides the deeds. */
  readonly rate: number;
  /** Of each kind. */
  readonly deeds: number;
}

export interface MeasuredDelays {
  readonly delays: readonly Delays[];
  readonly load: Load;
  readonly guarded: GuardedDeeds;
}

export async function measureDelays({ seconds, rate, deeds }: DelayTrial): Promise<MeasuredDelays> {
  using work = createWorkDirectory(IN_MEMORY);
  using results = createWorkDirectory();
  const [generator, nothing] = [buildGenerator("flag-deeds"), buildGenerator("nothing")];
  mkdirSync(join(work.path, ".github/workflows"), { recursive: true });
  mkdirSync(join(work.path, "load"));
  for (let number = 0; number < deeds; number += 1) {
    copyFileSync(generator, join(work.path, `deed-${number}-reaches`));
  }
  const file = join(results.path, "guarded.json");
  const surroundings = ["env", "-C", work.path, `NODE_COMPILE_CACHE=${COMPILE_CACHE}`];
  const numbers = [seconds, rate, deeds].map(String);
  const command = [generator, ...numbers, work.path, nothing];
  const run = await runTimed(
    [...surroundings, ...OWN_NETWORK, ...NODE, GUARD_DEEDS, file, ...command],
    { timeoutMs: seconds * 1_000 + GRACE_MS },
  );
  if (run.exitCode !== 0) throw new Error(`the guard failed: ${run.stderr.trim()}`);
  const guarded = guardedDeedsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  if (guarded.exitCode !== 0) throw new Error(`the generator failed: ${run.stderr.trim()}`);
  const lines: unknown[] = run.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const done = lines.slice(0, -1).map((line) => timedDeedSchema.parse(line));
  return { delays: matchDeeds(done, guarded.told), load: loadSchema.parse(lines.at(-1)), guarded };
}
