/** What the check of server names costs: connecting and downloading over TLS, with the gate between and without. */
import { join } from "node:path";

import { createSniLab } from "../test/agent/egress/sni/sni-lab.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { toMedian } from "./harness/statistics.ts";
import type { Row } from "./harness/table.ts";
import type { SniBenchOutcome, SniBenchPlan } from "./sni-ends/client.ts";

/** Both are this machine: one that nftables redirects to the gate, and one that it does not. */
const HOSTS = { direct: "127.0.0.1", gated: "198.51.100.1" };
const SERVER_NAME = "bench.allowed.example";

await runBenchmark(
  {
    name: "sni",
    about: "TLS connections through the check of server names, against the same without it",
    options: {
      connects: { default: 200, help: "connections, for the time until one is secure" },
      downloads: { default: 5, help: "downloads on one connection each" },
      mebibytes: { default: 200, help: "size of a download" },
    },
    async run(sizes) {
      await using lab = await createSniLab();
      const { key, cert } = lab;
      const plan: SniBenchPlan = { ...sizes, key, cert, servername: SERVER_NAME, hosts: HOSTS };
      const client = join(import.meta.dirname, "sni-ends/client.ts");
      const { stdout, stderr } = await lab.run([process.execPath, client, JSON.stringify(plan)]);
      if (stdout === "") throw new Error(stderr);
      const measured: SniBenchOutcome = JSON.parse(stdout);
      return {
        rows: [
          toRow("connect, ms (median)", measured.connectMs),
          toRow("download, MiB/s (median)", measured.mebibytesPerSecond),
        ],
        notes: [
          "Over loopback, where nothing but the processors limits either; server, gate and client share them.",
        ],
        measured,
      };
    },
  },
  process.argv.slice(2),
);

function toRow(what: string, { direct, gated }: SniBenchOutcome["connectMs"]): Row {
  const [without, through] = [toMedian(direct), toMedian(gated)];
  return {
    what,
    without: without.toFixed(2),
    "with the gate": through.toFixed(2),
    ratio: (through / without).toFixed(2),
  };
}
