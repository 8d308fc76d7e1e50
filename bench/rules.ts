/** What the rules take for each event of a real build: each by itself, and all together. */
import { fileURLToPath } from "node:url";

import type { Observation } from "../agent/observation.ts";
import { RULES } from "../agent/rules/rule-list.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import type { Row } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";
import { measureRules } from "./rules-of/measure-rules.ts";
import { recordJob } from "./rules-of/record-job.ts";

const BUILD = fileURLToPath(new URL("generators/build-load.mjs", import.meta.url));
const TARGET_US = 5;

await runBenchmark(
  {
    name: "rules",
    about: "µs for an event of a guarded build (compile, link, pack), per rule and for all of them",
    options: {
      files: { default: 40, quick: 2, help: "C files of the build" },
      passes: { default: 31, quick: 3, help: "times that the same events are looked at" },
    },
    async run({ files, passes }) {
      using work = createWorkDirectory();
      const observations = await recordJob(
        [process.execPath, BUILD, work.path, String(files)],
        work.path,
      );
      const facts = measureRules([], observations, passes).meanUs;
      const all = measureRules(RULES, observations, passes);
      const execs = observations.filter(({ kind }) => kind === "exec");
      const rows: Row[] = [
        toRow("all", all.meanUs),
        toRow("all, of programs started alone", measureRules(RULES, execs, passes).meanUs),
        toRow("facts alone", facts),
        ...RULES.map((rule) =>
          toRow(rule.id, Math.max(measureRules([rule], observations, passes).meanUs - facts, 0)),
        ),
      ];
      return {
        rows,
        notes: [
          `${observations.length} events: ${describeKinds(observations)}; ${all.findings} findings.`,
          `Goal: ${TARGET_US} µs for all.`,
        ],
        measured: { rows, events: observations.length },
      };
    },
  },
  process.argv.slice(2),
);

function toRow(rule: string, meanUs: number): Row {
  return { rule, "µs per event": meanUs.toFixed(3) };
}

function describeKinds(observations: readonly Observation[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of observations) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
}
