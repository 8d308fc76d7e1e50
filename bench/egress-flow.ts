/** What block mode costs a flow that policy allows: throughput, latency and connecting, in pairs with a place without a guard. */
import { type FlowPair, measureFlows, startFlowPair } from "./egress-of/flow-pair.ts";
import { compareWays, type FlowSamples } from "./egress-of/flow-rows.ts";
import { createBenchNetwork, serveNames } from "./harness/bench-network.ts";
import { buildGenerator } from "./harness/build-generator.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";

/** What is loaded in the second variant, besides the one name. */
const MANY_ENTRIES = 1_000;

interface Variant {
  readonly entries: number;
  readonly learned: number;
}

async function measureVariant(
  { entries, learned }: Variant,
  turns: Parameters<typeof measureFlows>[1],
): Promise<{ samples: FlowSamples; note: string }> {
  await using network = await createBenchNetwork();
  await serveNames(network);
  await network.serve([buildGenerator("serve-streams")]);
  const blocks = Array.from({ length: entries }, (_, at) => `10.${at >> 8}.${at & 255}.0/24:443`);
  await using pair: FlowPair = await startFlowPair(network, ["*.bench.test:5001-5004", ...blocks]);
  const answered = await pair.guarded.ask(`resolve ${learned}`);
  if (answered !== String(learned))
    throw new Error(`${answered} of ${learned} names were answered`);
  const samples = await measureFlows(pair, turns);
  return { samples, note: await pair.finish() };
}

const GOAL =
  "Goal: within 2 %. The noise is half the range that the middle half of the pairs' ratios takes; a difference below it says nothing.";

await runBenchmark(
  {
    name: "egress-flow",
    about: "an allowed TCP flow in block mode against one without a guard, over a pair of devices",
    options: {
      pairs: { default: 40, quick: 3, help: "pairs of each measurement" },
      milliseconds: { default: 250, quick: 50, help: "length of each stream" },
      requests: { default: 2_000, quick: 200, help: "requests, and connections, of each turn" },
      learned: { default: 5_000, quick: 400, help: "addresses learned in the second variant" },
    },
    async run({ pairs, milliseconds, requests, learned }) {
      const turns = { pairs, milliseconds, requests };
      const plain = await measureVariant({ entries: 0, learned: 0 }, turns);
      const loaded = await measureVariant({ entries: MANY_ENTRIES, learned }, turns);
      return {
        rows: [
          ...compareWays("one entry", plain.samples),
          ...compareWays(`${MANY_ENTRIES} entries, ${learned} addresses learned`, loaded.samples),
        ],
        notes: [plain.note, GOAL],
        measured: { plain: plain.samples, loaded: loaded.samples },
      };
    },
  },
  process.argv.slice(2),
);
