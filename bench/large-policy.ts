/** What a policy of thousands of entries costs: at the start, when the table is put back, in memory, and for each connection. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { type FlowPair, measureFlows, startFlowPair } from "./egress-of/flow-pair.ts";
import { compareWays } from "./egress-of/flow-rows.ts";
import { probedSchema, toRestoreRows } from "./egress-of/restore-rows.ts";
import {
  type BenchNetwork,
  type BenchPlace,
  createBenchNetwork,
  serveNames,
} from "./harness/bench-network.ts";
import { startGuarded } from "./harness/block-mode.ts";
import { buildGenerator } from "./harness/build-generator.ts";
import { readGroundTruth } from "./harness/ground-truth.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { toQuantile } from "./harness/statistics.ts";
import { type Row, toMebibytes } from "./harness/table.ts";

const ADDRESSES_A_NAME = 4;
const REFUSED_IP = "203.0.113.66";
const PROBE_EVERY_US = 200;

await runBenchmark(
  {
    name: "large-policy",
    about: "a policy with thousands of names and addresses, all of its names learned",
    options: {
      names: { default: 5_000, quick: 500, help: "allowed names, each with four addresses" },
      addresses: { default: 1_000, quick: 100, help: "allowed networks" },
      starts: { default: 20, quick: 2, help: "starts with and without the policy" },
      rounds: { default: 20, quick: 2, help: "times that the table is undone" },
      pairs: { default: 20, quick: 2, help: "pairs of connection tests" },
    },
    async run({ names, addresses, starts, rounds, pairs }) {
      await using network = await createBenchNetwork();
      await serveNames(network);
      await network.serve([buildGenerator("serve-streams")]);
      const allow = listEntries(names, addresses);
      const startRow = await measureStarts(network, { allow, starts });
      await using pair = await startFlowPair(network, allow);
      const learnedRow = await learn(pair, names);
      const flows = await measureFlows(pair, { pairs, milliseconds: 20, requests: 500 });
      const restoreRow = await measureRestores(network, { allow, names, rounds });
      return {
        rows: [startRow, learnedRow, restoreRow, ...toFlowRows(flows)],
        notes: [await pair.finish(), "Goal: at most 500 ms added to the start."],
        measured: { flows },
      };
    },
  },
  process.argv.slice(2),
);

function listEntries(names: number, addresses: number): string[] {
  return [
    "s10.bench.test:5001-5004",
    ...Array.from({ length: names }, (_, number) => `q${number}.bench.test:443`),
    ...Array.from({ length: addresses }, (_, at) => `10.${at >> 8}.${at & 255}.0/24:443`),
  ];
}

/** The command says when it began, on the clock that this process reads too. */
async function measureStarts(
  network: BenchNetwork,
  { allow, starts }: { readonly allow: readonly string[]; readonly starts: number },
): Promise<Row> {
  const place = await network.place();
  const times = { empty: new Array<number>(), large: new Array<number>() };
  for (let run = 0; run < starts; run += 1) {
    times.empty.push(await timeStart(place, []));
    times.large.push(await timeStart(place, allow));
  }
  const added = times.large.map((time, at) => time - (times.empty[at] ?? Number.NaN));
  return toRow("added to the start, ms", {
    without: toQuantile(times.empty, 0.5).toFixed(0),
    with: toQuantile(times.large, 0.5).toFixed(0),
    difference: `${toQuantile(added, 0.5).toFixed(0)} (p90 ${toQuantile(added, 0.9).toFixed(0)})`,
  });
}

async function timeStart(place: BenchPlace, allow: readonly string[]): Promise<number> {
  const begun = process.hrtime.bigint();
  await using guarded = startGuarded(place, [buildGenerator("stamp")], { allow });
  const [stamp = ""] = await guarded.end();
  return Number(BigInt(stamp) - begun) / 1e6;
}

async function learn({ guarded }: FlowPair, names: number): Promise<Row> {
  const before = guarded.residentBytes();
  const begun = performance.now();
  const answered = await guarded.ask(`learn ${names}`);
  if (answered !== String(names)) throw new Error(`${answered} of ${names} names were answered`);
  const perName = (performance.now() - begun) / names;
  return toRow(`guard's memory with ${names * ADDRESSES_A_NAME} addresses, MiB`, {
    without: toMebibytes(before),
    with: toMebibytes(guarded.residentBytes()),
    difference: `${perName.toFixed(3)} ms a look-up`,
  });
}

/** The names are learned first, so that all of them have to be put back. */
async function measureRestores(
  network: BenchNetwork,
  settings: { readonly allow: readonly string[]; readonly names: number; readonly rounds: number },
): Promise<Row> {
  const { allow, names, rounds } = settings;
  const place = await network.place();
  const log = join(place.folder, "log");
  const script = join(place.folder, "script");
  const probe = `${buildGenerator("probe-flush")} ${log} ${REFUSED_IP} ${rounds} ${PROBE_EVERY_US} 'nft flush ruleset'`;
  const client = `${buildGenerator("drive-streams")} 10.96.0.10 s10.bench.test`;
  writeFileSync(script, `echo learn ${names} | ${client}\n${probe}\n`);
  await using guarded = startGuarded(place, ["sh", script], { allow, keepsNetworkAdmin: true });
  await guarded.end();
  const [row = {}] = toRestoreRows(["all"], readGroundTruth(log, probedSchema));
  return toRow("table put back, ms", {
    without: "",
    with: row["p50"] ?? "",
    difference: `p99 ${row["p99"]}, ${row["packets out, max"]} packets out at most`,
  });
}

function toRow(what: string, cells: Pick<Record<string, string | number>, string>): Row {
  return { what, ...cells };
}

function toFlowRows(flows: Parameters<typeof compareWays>[1]): Row[] {
  return compareWays("", flows)
    .filter(({ what }) => /request|connect/.test(String(what)))
    .map((row) => ({
      what: row["what"] ?? "",
      without: row["without"] ?? "",
      with: row["with"] ?? "",
      difference: `x ${row["median of the ratios"]} ± ${row["noise ±"]}`,
    }));
}
