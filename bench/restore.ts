/** How long packets get out when the job, as root, undoes the packet filter's table, until the guard has put it back. */
import { join } from "node:path";

import { probedSchema, toRestoreRows } from "./egress-of/restore-rows.ts";
import { createBenchNetwork, serveNames } from "./harness/bench-network.ts";
import { describeBlock, startGuarded } from "./harness/block-mode.ts";
import { buildGenerator } from "./harness/build-generator.ts";
import { readGroundTruth } from "./harness/ground-truth.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";

const REFUSED_IP = "203.0.113.66";
const PROBE_EVERY_US = 200;
/** In every datagram of the probe. */
const MARKER = "probe";
/** What waits longest is the quiet of 300 ms after each round. */
const TABLES = "nft list tables | grep runner_guard";

const COMMANDS = [
  { name: "nft flush ruleset", text: "nft flush ruleset" },
  { name: "nft delete table", text: `${TABLES} | while read t; do nft delete $t; done` },
  { name: "nft flush table (its rules)", text: `${TABLES} | while read t; do nft flush $t; done` },
  {
    name: "iptables -F and nft delete table",
    text: `iptables -F; ${TABLES} | while read t; do nft delete $t; done`,
  },
] as const;

await runBenchmark(
  {
    name: "restore",
    about:
      "ms from the first packet that got out of an undone table until packets are refused again",
    options: { rounds: { default: 200, quick: 4, help: "times that the table is undone" } },
    async run({ rounds }) {
      await using network = await createBenchNetwork();
      await serveNames(network);
      const place = await network.place();
      const counter = await network.serve([buildGenerator("count-packets"), place.wire, MARKER]);
      const log = join(place.folder, "log");
      const command = [log, REFUSED_IP, String(rounds), String(PROBE_EVERY_US)];
      await using guarded = startGuarded(
        place,
        [buildGenerator("probe-flush"), ...command, ...COMMANDS.map(({ text }) => text)],
        { allow: ["*.bench.test:443"], keepsNetworkAdmin: true },
      );
      await guarded.end();
      const probed = readGroundTruth(log, probedSchema);
      const onWire = (await counter.end()).filter((line) => line.endsWith(" 1")).length;
      const report = guarded.report();
      return {
        rows: toRestoreRows(
          COMMANDS.map(({ name }) => name),
          probed,
        ),
        notes: [
          `${describeBlock(report)}; put back ${report.enforcement?.restored} times; ${onWire} packets on the wire`,
          "Goal: p99 at most 1,000 ms.",
        ],
        measured: probed,
      };
    },
  },
  process.argv.slice(2),
);
