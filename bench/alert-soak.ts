/** A collector that is killed between a finding and its page, over and over: each page is delivered, and none twice to whoever tells them apart. */
import { randomBytes, randomInt } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { startCollectorProcess } from "../test/collector/support/collector-process.ts";
import { startJob, startPagedFleet, toFindingLine } from "./alerts-of/paged-fleet.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";

/** A page is on its way for some milliseconds: the kill comes at any moment of that, before it, or behind it. */
const MAX_UNTIL_KILL_MS = 40;
const MAX_SETTLE_MS = 60_000;
const LOOK_MS = 50;

await runBenchmark(
  {
    name: "alert-soak",
    about: "SIGKILL between a finding that is acknowledged and its page",
    options: {
      kills: { default: 100, quick: 3, help: "how often it is killed" },
      findings: { default: 3, help: "of jobs of their own, before each" },
    },
    async run({ kills, findings }) {
      using work = createWorkDirectory();
      await using fleet = await startPagedFleet(work.path);
      const options = {
        dataDir: join(work.path, "data"),
        agentToken: randomBytes(32).toString("hex"),
        adminToken: randomBytes(32).toString("hex"),
        args: ["--alerting", fleet.alertingFile],
      };
      const { alerts } = fleet.pager;
      let toldAtKill = 0;
      let job = 0;
      let collector = await startCollectorProcess(options);
      try {
        for (let kill = 0; kill < kills; kill += 1) {
          for (let index = 0; index < findings; index += 1) {
            job += 1;
            const guard = await startJob(collector.url, options.agentToken, job);
            const line = toFindingLine({
              seq: 1,
              id: "reverse-shell-1",
              message: `sh talks to ${job}.`,
            });
            const { status } = await guard.send({ firstSeq: 1, lines: [line] });
            if (status !== 200) throw new Error(`the collector answered ${status}`);
          }
          await pause(randomInt(MAX_UNTIL_KILL_MS));
          await collector.end("SIGKILL");
          toldAtKill += alerts.size;
          collector = await startCollectorProcess(options);
        }
        const deadline = performance.now() + MAX_SETTLE_MS;
        while (alerts.size < job && performance.now() < deadline) await pause(LOOK_MS);
      } finally {
        await collector.end("SIGKILL");
      }
      const pages = [...alerts.values()].map((alert) => alert.pages);
      const events = [...alerts.values()].reduce((sum, alert) => sum + alert.events, 0);
      const twice = pages.filter((count) => count !== 1).length;
      const rows = [
        {
          kills,
          findings: job,
          paged: alerts.size,
          "more than once": twice,
          "events that the pager took": events,
        },
      ];
      const isWhole = alerts.size === job && twice === 0;
      if (!isWhole) process.exitCode = 1;
      const notes = [
        "Goal: every page is delivered, and none twice to a sink that tells them apart.",
        isWhole ? "So it is." : "IT IS NOT SO.",
      ];
      return { rows, notes, measured: { ...rows[0], toldAtKill } };
    },
  },
  process.argv.slice(2),
);
