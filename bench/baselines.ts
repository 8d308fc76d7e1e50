/** What it costs to know what is normal for jobs, of each run that ends, with many baselines stored. */
import { fillBaselines } from "./baselines-of/fill-baselines.ts";
import { RUN_KINDS } from "./baselines-of/learned-job.ts";
import { measureRuns } from "./baselines-of/measure-runs.ts";
import { readDirectorySize } from "./harness/directory-size.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { type Row, toMebibytes } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";

const GOAL =
  "Goal: baseline update per finished run, p99, with 100,000 baselines: 50 ms, from when it has ended until what it taught is on disk. CPU is that of the thread that does it, all of it but the write and its sync.";

await runBenchmark(
  {
    name: "baselines",
    about: "a run that has ended: read, judged, learned from and settled, beside many baselines",
    options: {
      baselines: { default: 100_000, quick: 1_000, help: "jobs whose baselines are stored" },
      runs: { default: 200, quick: 10, help: "runs of each kind that are learned from" },
    },
    async run({ baselines, runs }) {
      using work = createWorkDirectory();
      fillBaselines(work.path, baselines);
      const bytes = readDirectorySize(work.path);
      const rows: Row[] = [];
      for (const kind of RUN_KINDS) rows.push(await measureRuns(work.path, { kind, runs }));
      const stored = `${baselines} baselines take ${toMebibytes(bytes)} MiB of disk.`;
      return { rows, notes: [stored, GOAL], measured: rows };
    },
  },
  process.argv.slice(2),
);
