/** What the summary of a job costs and takes, by how much the job did: its bytes, what was left out, and whether it is Markdown to the end. */
import { summarise } from "../action/summary/summarise.ts";
import { reportOfJob } from "../test/agent/report/job-report.ts";
import { findHarmInPage } from "../test/agent/report/read-page.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { toQuantile } from "./harness/statistics.ts";

const MAX_BYTES = 1_048_576;
const SIZES = [
  { processes: 500, destinations: 300 },
  { processes: 5_000, destinations: 3_000 },
  { processes: 20_000, destinations: 20_000 },
];
/** A path as builds have them, and the longest that Linux has, of what Markdown would make something of. */
const TAILS = { usual: "node_modules/.bin/tool", longest: "a|`<b>\\".repeat(580) };

await runBenchmark(
  {
    name: "summary",
    about: "the page of a job in GitHub's summary, which may have 1 MiB",
    options: { runs: { default: 10, quick: 2, help: "pages made of each report" } },
    run({ runs }) {
      const rows = SIZES.flatMap((size) =>
        Object.entries(TAILS).map(([paths, tail]) => {
          const report = reportOfJob({ ...size, tail });
          const pages = Array.from({ length: runs }, () => timePage(report));
          const markdown = pages[0]?.markdown ?? "";
          const times = pages.map(({ tookMs }) => tookMs);
          return {
            ...size,
            paths,
            bytes: Buffer.byteLength(markdown),
            "left out": countLeftOut(markdown),
            "whole Markdown": findHarmInPage(markdown).join("; ") || "yes",
            "first, ms": times[0]?.toFixed(0) ?? "",
            "median, ms": toQuantile(times, 0.5).toFixed(0),
          };
        }),
      );
      const notes = [
        "left out: rows of tables that the page counts and does not have; the JSON report has all that it lists.",
      ];
      return Promise.resolve({ rows, notes, measured: rows });
    },
  },
  process.argv.slice(2),
);

function timePage(report: ReturnType<typeof reportOfJob>): { markdown: string; tookMs: number } {
  const begun = performance.now();
  const { markdown } = summarise(report, {
    maxBytes: MAX_BYTES,
    failOn: [],
    workspace: "/work",
    degraded: [],
    notSeen: [],
  });
  return { markdown, tookMs: performance.now() - begun };
}

function countLeftOut(markdown: string): number {
  return [...markdown.matchAll(/^… and ([\d,]+) more in the JSON report\.$/gm)]
    .map(([, count = ""]) => Number(count.replaceAll(",", "")))
    .reduce((sum, count) => sum + count, 0);
}
