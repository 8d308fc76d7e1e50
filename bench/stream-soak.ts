/**
 * Kills guards and collectors at random moments while events are sent, and holds what is stored against what was told: nothing that was
 * acknowledged may be lost, nothing may be there twice, and of the rest it is known how many they were.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { CollectorProcess } from "../test/agent/stream/support/collector-process.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import type { FeederOptions, Progress } from "./stream-of/feeder.ts";
import { readNumber } from "./stream-of/make-file.ts";

const FEEDER = fileURLToPath(new URL("stream-of/feeder.ts", import.meta.url));
const GOALS =
  "Goals: acknowledged events lost 0, duplicates 0, out of order 0, and every other event counted, but for those of the last 20 ms before a kill.";

await runBenchmark(
  {
    name: "stream-soak",
    about: "guards and collectors killed at random moments while 1,000 events a second are sent",
    options: {
      kills: { default: 200, quick: 3, help: "of guards, and as many of collectors" },
      seed: { default: 1, help: "of the moments" },
      rate: { default: 1_000, help: "events a second" },
    },
    async run({ kills, seed, rate }) {
      const row = await soak({ kills, seed, rate });
      return { rows: [row], notes: [GOALS], measured: [row] };
    },
  },
  process.argv.slice(2),
);

interface Soak {
  readonly kills: number;
  readonly seed: number;
  readonly rate: number;
}

interface Feeding {
  readonly child: ChildProcess;
  readonly name: string;
  last: Progress | undefined;
}

async function soak({ kills, seed, rate }: Soak) {
  const random = createRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), "stream-soak-"));
  await using collector = await CollectorProcess.start();
  const feedings: Feeding[] = [];
  try {
    let feeding = startFeeder(collector, folder, { feedings, rate });
    for (let round = 0; round < kills; round += 1) {
      await wait(200 + random() * 1_500);
      await collector.goAway("SIGKILL");
      await wait(random() * 600);
      await collector.comeBack();
      await wait(200 + random() * 1_500);
      feeding.child.kill("SIGKILL");
      await once(feeding.child, "exit");
      feeding = startFeeder(collector, folder, { feedings, rate });
    }
    await wait(1_000);
    feeding.child.stdin?.end();
    await once(feeding.child, "exit");
    return await judge(collector, feedings, kills);
  } finally {
    for (const { child } of feedings) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

function startFeeder(
  collector: CollectorProcess,
  spoolDirectory: string,
  { feedings, rate }: { feedings: Feeding[]; rate: number },
): Feeding {
  const options: FeederOptions = {
    urls: [collector.url],
    token: collector.agentToken,
    spoolDirectory,
    maxBytes: 67_108_864,
    policy: "keep-oldest",
    name: String(feedings.length),
    eventsPerSecond: rate,
    events: Number.MAX_SAFE_INTEGER,
    flushTimeoutMs: 60_000,
  };
  const child = spawn(process.execPath, [FEEDER, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const feeding: Feeding = { child, name: options.name, last: undefined };
  createInterface({ input: child.stdout }).on("line", (line) => {
    feeding.last = JSON.parse(line);
  });
  feedings.push(feeding);
  return feeding;
}

async function judge(collector: CollectorProcess, feedings: readonly Feeding[], kills: number) {
  const runs = await collector.runs();
  const found = {
    stored: 0,
    lostAcknowledged: 0,
    duplicates: 0,
    disordered: 0,
    gaps: 0,
    counted: 0,
  };
  const highest = new Map<string, number>();
  for (const run of runs) {
    const seen = new Set<string>();
    let due = 1;
    for (const event of await collector.events(run.id)) {
      found.gaps += event.seq === due ? 0 : 1;
      due = event.seq + 1;
      if (event.kind === "events-dropped") found.counted += event.count;
      if (event.kind !== "file-written") continue;
      found.stored += 1;
      const { name, number } = readNumber(event.path);
      const before = highest.get(name) ?? 0;
      if (seen.has(event.path)) found.duplicates += 1;
      else if (number < before) found.disordered += 1;
      // A feeder tells its events from 1 on, without a gap: what is missing in between was lost on the way.
      else found.lostAcknowledged += number - before - 1;
      seen.add(event.path);
      highest.set(name, Math.max(number, before));
    }
  }
  const fed = feedings.reduce((sum, { last }) => sum + (last?.fed ?? 0), 0);
  const missing = feedings.reduce(
    (sum, { name, last }) => sum + Math.max((last?.fed ?? 0) - (highest.get(name) ?? 0), 0),
    0,
  );
  return {
    "kills of each": kills,
    fed,
    runs: runs.length,
    stored: found.stored,
    "lost in between": found.lostAcknowledged,
    duplicates: found.duplicates,
    "out of order": found.disordered,
    "gaps in numbers": found.gaps,
    "in memory when killed": missing,
    "of them counted": found.counted,
    ended: runs.filter(({ state }) => state === "over").length,
    complete: String(feedings.at(-1)?.last?.isComplete),
  };
}

/** A linear congruential generator (Numerical Recipes): the same moments for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
