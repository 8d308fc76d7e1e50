/** What becomes of tries to steal memory, and how long a job takes to end that forks meanwhile. */
import { runBenchmark } from "./harness/run-benchmark.ts";
import { toQuantile } from "./harness/statistics.ts";
import type { Row } from "./harness/table.ts";
import { type JobEnd, measureJobEnds } from "./respond-of/measure-job-ends.ts";
import { measureThefts } from "./respond-of/measure-thefts.ts";

/** As test/fixtures/programs/steal-memory.c tells of them. */
const WAYS =
  "mem vm ptrace link racing shared swapped passed ring ring-number ring-link ring-async ring-poller ring-vector ring-quiet preferring ring-inline ring-poller-inline".split(
    " ",
  );

await runBenchmark(
  {
    name: "respond",
    about: "what the kernel kills before it reads, and how fast a forking job ends",
    options: {
      tries: { default: 1_000, quick: 20, help: "thefts by each way" },
      trials: { default: 50, quick: 2, help: "jobs that are ended" },
      tree: { default: 200, quick: 20, help: "processes of such a job" },
      dead: { default: 25_000, quick: 1_000, help: "dead that fill the table in the second half" },
    },
    async run({ tries, trials, tree, dead }) {
      const thefts = [];
      for (const way of WAYS) thefts.push(await measureThefts(way, tries));
      const ends = [];
      for (const among of [0, dead]) {
        ends.push({ among, ends: await measureJobEnds({ trials, tree, dead: among }) });
      }
      return {
        rows: [
          ...thefts.map(({ way, killed, leaks }) => ({
            what: `memory by ${way}`,
            tries,
            killed,
            "got bytes": leaks,
            "p50 ms": "",
            "p99 ms": "",
          })),
          ...ends.flatMap((one) => toRows(one, tree)),
        ],
        notes: [
          "By passed and ring-quiet the memory is reached in some tries alone.",
          "A job has ended with the last of its processes; then the guard makes sure of it by the whole table.",
          "Goals: no bytes by any; a job ended within 100 ms at p99, with no survivor.",
        ],
        measured: { thefts, ends },
      };
    },
  },
  process.argv.slice(2),
);

function toRows({ among, ends }: { among: number; ends: readonly JobEnd[] }, tree: number): Row[] {
  const where = among === 0 ? "" : `, among ${among} dead`;
  const toRow = (what: string, times: readonly number[]): Row => ({
    what,
    tries: ends.length,
    killed: ends.filter(({ survivors }) => survivors === 0).length,
    "got bytes": "",
    "p50 ms": toQuantile(times, 0.5).toFixed(1),
    "p99 ms": toQuantile(times, 0.99).toFixed(1),
  });
  return [
    toRow(
      `job of ${tree}, forking${where}`,
      ends.map(({ ms }) => ms),
    ),
    toRow(
      `the same, made sure of${where}`,
      ends.map(({ sureMs }) => sureMs),
    ),
  ];
}
