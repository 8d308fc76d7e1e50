/** What the DNS gate adds to an answer, side by side with the resolver it asks, for fresh and for repeated names. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import {
  BENCH_RESOLVER,
  createBenchNetwork,
  serveNames,
  waitForResolver,
} from "./harness/bench-network.ts";
import { describeBlock, startGuarded } from "./harness/block-mode.ts";
import { buildGenerator } from "./harness/build-generator.ts";
import { type Driven, drive, parseNumbers } from "./harness/drive.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { toQuantile } from "./harness/statistics.ts";
import type { Row } from "./harness/table.ts";

/** Questions in a row before it is the other one's turn: a processor's state then is that of such questions. */
const BLOCK = 25;
/** The names that are asked for again and again. */
const REPEATED_NAMES = 20;
const AUTHORITY = ["127.0.0.1", 5300] as const;

interface ResolverProgram {
  readonly name: string;
  readonly toCommand: (folder: string) => string[];
}

async function measure(resolver: ResolverProgram, names: number) {
  await using network = await createBenchNetwork();
  await serveNames(network, AUTHORITY);
  network.start(resolver.toCommand(network.folder));
  const [bare, guarded] = [await network.place(), await network.place()];
  await waitForResolver(bare);
  const client = [buildGenerator("ask-names"), BENCH_RESOLVER];
  await using direct = drive(bare.start(client));
  await using gated = startGuarded(guarded, client, { allow: ["*.bench.test:443"] });
  const rows = [
    ...(await compare({ direct, gated }, { names, isFresh: true })).map((row) => ({
      resolver: resolver.name,
      ...row,
    })),
    ...(await compare({ direct, gated }, { names, isFresh: false })).map((row) => ({
      resolver: resolver.name,
      ...row,
    })),
  ];
  await direct.end();
  await gated.end();
  return { rows, note: describeBlock(gated.report()) };
}

interface Ways {
  readonly direct: Driven;
  readonly gated: Driven;
}

interface Kind {
  readonly names: number;
  readonly isFresh: boolean;
}

/** By turns; every other time the gate goes first. */
async function compare(ways: Ways, { names, isFresh }: Kind): Promise<Row[]> {
  const times = { direct: new Array<number>(), gated: new Array<number>() };
  const blocks = Math.ceil(names / BLOCK);
  for (const way of ["direct", "gated"] as const) await ways[way].ask(`warm ${way.length} 200 200`);
  for (let block = 0; block < blocks; block += 1) {
    const order = block % 2 === 0 ? (["direct", "gated"] as const) : (["gated", "direct"] as const);
    for (const way of order) {
      const from = isFresh ? block * BLOCK : 0;
      const distinct = isFresh ? BLOCK : REPEATED_NAMES;
      const prefix = `${way}${isFresh ? "fresh" : "again"}`;
      times[way].push(
        ...parseNumbers(await ways[way].ask(`${prefix} ${from} ${distinct} ${BLOCK}`)),
      );
    }
  }
  return toRows(isFresh ? "fresh" : "repeated", times);
}

function toRows(kind: string, times: Readonly<Record<"direct" | "gated", number[]>>): Row[] {
  return [0.5, 0.99].map((share) => {
    const [direct, gated] = [toMs(times.direct, share), toMs(times.gated, share)];
    return {
      names: kind,
      "": `p${share * 100}`,
      "look-ups": times.gated.length,
      direct: direct.toFixed(3),
      "through the gate": gated.toFixed(3),
      added: (gated - direct).toFixed(3),
      failed: [...times.direct, ...times.gated].filter((time) => time < 0).length,
    };
  });
}

function toMs(nanoseconds: readonly number[], share: number): number {
  return toQuantile(nanoseconds, share) / 1e6;
}

const GOAL = "Goal: at most 0.5 ms added at p50, and 3 ms at p99.";

const RESOLVERS: readonly ResolverProgram[] = [
  {
    name: "dnsmasq",
    toCommand: () => [
      "dnsmasq",
      "--keep-in-foreground",
      "--conf-file=/dev/null",
      "--no-hosts",
      "--no-resolv",
      "--user=root",
      "--pid-file=",
      "--bind-interfaces",
      `--listen-address=${BENCH_RESOLVER}`,
      "--cache-size=10000",
      `--server=${AUTHORITY.join("#")}`,
    ],
  },
  {
    name: "unbound",
    toCommand(folder) {
      const file = join(folder, "unbound.conf");
      writeFileSync(file, UNBOUND);
      return ["unbound", "-d", "-c", file];
    },
  },
];

function isInstalled({ name }: ResolverProgram): boolean {
  return spawnSync(name, ["--version"], { stdio: "ignore" }).error === undefined;
}

const UNBOUND = `
server:
  interface: ${BENCH_RESOLVER}
  access-control: 0.0.0.0/0 allow
  do-not-query-localhost: no
  do-ip6: no
  module-config: iterator
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  logfile: /dev/null
  verbosity: 0
  num-threads: 1
  local-zone: "test." nodefault
remote-control:
  control-enable: no
forward-zone:
  name: bench.test
  forward-addr: ${AUTHORITY.join("@")}
`;

await runBenchmark(
  {
    name: "dns",
    about: "time of a look-up through the gate and at the resolver itself, in ms",
    options: {
      names: { default: 2_000, quick: 50, help: "look-ups of each kind by each way" },
    },
    async run({ names }) {
      const rows: Row[] = [];
      const notes = [];
      for (const resolver of RESOLVERS.filter(isInstalled)) {
        const measured = await measure(resolver, names);
        rows.push(...measured.rows);
        notes.push(`${resolver.name}: ${measured.note}`);
      }
      if (rows.length === 0) throw new Error("needs dnsmasq or unbound");
      return { rows, notes: [...notes, GOAL], measured: rows };
    },
  },
  process.argv.slice(2),
);
