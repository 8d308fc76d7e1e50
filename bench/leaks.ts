/** How many packets of refused flows get out: every way there is, by many processes at once, counted on the wire. */
import { join } from "node:path";

import {
  BENCH_RESOLVER,
  type BenchNetwork,
  type BenchPlace,
  createBenchNetwork,
  serveNames,
} from "./harness/bench-network.ts";
import { describeBlock, startGuarded } from "./harness/block-mode.ts";
import { buildGenerator } from "./harness/build-generator.ts";
import { drive } from "./harness/drive.ts";
import { readGroundTruth } from "./harness/ground-truth.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { describeWays, parsePacket, triedSchema } from "./leaks-of/ways.ts";

const ALLOWED_NAME = "s10.bench.test";
const ALLOWED = `${ALLOWED_NAME}:5001-5004`;
/** Where a policy allows packets of one's own to somebody, the command may make sockets for them, and each packet is judged. */
const ELSEWHERE = ["192.0.2.99/raw", "192.0.2.99/icmp"];
/** In every name that is refused, so that a question that was passed on is known on the wire. */
const MARKER = "leaked";

await runBenchmark(
  {
    name: "leaks",
    about: "packets of refused flows that reach the wire in block mode, and without a guard",
    options: {
      tries: { default: 10_000, quick: 1_000, help: "tries to get out, over all ways" },
      workers: { default: 8, help: "processes that try at once" },
    },
    async run({ tries, workers }) {
      await using network = await createBenchNetwork();
      await serveNames(network);
      const trial = { tries, workers };
      const bare = await measure(network, { ...trial, allow: null });
      const guarded = await measure(network, { ...trial, allow: [ALLOWED] });
      const withRaw = await measure(network, { ...trial, allow: [ALLOWED, ...ELSEWHERE] });
      const rows = describeWays({
        tried: guarded.tried,
        bare: bare.packets,
        guarded: guarded.packets,
        withRaw: withRaw.packets,
      });
      return {
        rows,
        notes: [
          guarded.note,
          `with raw sockets: ${withRaw.note}`,
          "The guard withholds raw and packet sockets where policy allows nobody to be sent to with them; the last column is of a policy that does.",
          "Goal: 0 packets. Questions to the configured resolver are the guard's own, and count where a refused name is in them.",
        ],
        measured: { rows, guarded: guarded.note, withRaw: withRaw.note },
      };
    },
  },
  process.argv.slice(2),
);

interface Trial {
  readonly tries: number;
  readonly workers: number;
  /** Null: there is no guard. */
  readonly allow: readonly string[] | null;
}

async function measure(network: BenchNetwork, { tries, workers, allow }: Trial) {
  const place = await network.place();
  const counter = await network.serve([buildGenerator("count-packets"), place.wire, MARKER]);
  const log = join(place.folder, "log");
  const command = [
    buildGenerator("try-to-leak"),
    log,
    String(tries),
    String(workers),
    BENCH_RESOLVER,
    place.neighbour,
    ALLOWED_NAME,
  ];
  const note =
    allow === null ? await runBare(place, command) : await runGuarded(place, command, allow);
  const lines = await counter.end();
  const lost = lines.at(-1);
  if (lost !== "lost 0") throw new Error(`the count is not whole: ${lost}`);
  const packets = lines.slice(0, -1).map(parsePacket);
  return { tried: readGroundTruth(log, triedSchema), packets, note };
}

async function runBare(place: BenchPlace, command: readonly string[]): Promise<string> {
  await drive(place.start(command)).end();
  return "";
}

async function runGuarded(
  place: BenchPlace,
  command: readonly string[],
  allow: readonly string[],
): Promise<string> {
  const run = startGuarded(place, command, { allow });
  await run.end();
  const report = run.report();
  const { packetsRefused, namesRefused } = report.enforcement ?? {};
  return `${describeBlock(report)}; the report counts ${packetsRefused} packets and ${namesRefused} names refused`;
}
