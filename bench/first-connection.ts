/** Whether the first connection to a name that was just asked for ever fails: its address must be open by then. */
import { join } from "node:path";

import { z } from "zod";

import { BENCH_RESOLVER, createBenchNetwork, serveNames } from "./harness/bench-network.ts";
import { describeBlock, startGuarded } from "./harness/block-mode.ts";
import { buildGenerator } from "./harness/build-generator.ts";
import { readGroundTruth } from "./harness/ground-truth.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";

const outcomeSchema = z.object({
  did: z.literal("connect-fresh"),
  asked: z.int(),
  resolved: z.int(),
  connected: z.int(),
  slow: z.int(),
  lastError: z.int(),
});

await runBenchmark(
  {
    name: "first-connection",
    about:
      "connections right after the answer that gave their address, each to an address of its own",
    options: {
      names: { default: 10_000, quick: 500, help: "names, by turns with IPv4 and IPv6" },
      workers: { default: 4, help: "processes that ask and connect at once" },
    },
    async run({ names, workers }) {
      await using network = await createBenchNetwork();
      await serveNames(network);
      await network.serve([buildGenerator("serve-streams")]);
      const place = await network.place();
      const log = join(place.folder, "log");
      const command = [log, BENCH_RESOLVER, String(names), String(workers)];
      await using guarded = startGuarded(place, [buildGenerator("connect-fresh"), ...command], {
        allow: ["*.bench.test:5004"],
      });
      await guarded.end();
      const outcomes = readGroundTruth(log, outcomeSchema);
      const sum = (field: "asked" | "resolved" | "connected" | "slow"): number =>
        outcomes.reduce((total, outcome) => total + outcome[field], 0);
      const row = {
        names: sum("asked"),
        "look-ups failed": sum("asked") - sum("resolved"),
        "connections failed": sum("resolved") - sum("connected"),
        "slower than 0.5 s": sum("slow"),
      };
      return {
        rows: [row],
        notes: [describeBlock(guarded.report()), "Goal: 0 failures."],
        measured: outcomes,
      };
    },
  },
  process.argv.slice(2),
);
