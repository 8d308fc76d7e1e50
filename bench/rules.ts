/** What the rules take for each event of a real build: each by itself, and all together. */
import { fileURLToPath } from "node:url";

import type { Observation } from "../agent/observation.ts";
import { RULES } from "../agent/rules/rule-list.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import type { Row } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";
import { measureRules, repeatJob } from "./rules-of/measure-rules.ts";
import { recordJob } from "./rules-of/record-job.ts";

const BUILD = fileURLToPath(new URL("generators/build-load.mjs", import.meta.url));
const TARGET_US = 5;
/** Enough for the clock, and for the machine to be as warm as in a job that is some minutes old. */
const EVENTS = 20_000;

await runBenchmark(
  {
    name: "rules",
    about: "µs for an event of a guarded build (compile, link, pack), per rule and for all of them",
    options: {
      files: { default: 20, quick: 2, help: "C files of the build" },
      passes: { default: 15, quick: 2, help: "times that the same events are looked at" },
    },
    async run({ files, passes }) {
      using work = createWorkDirectory();
      const observations = await recordJob(
        [process.execPath, BUILD, work.path, String(files)],
        work.path,
      );
      const events = repeatJob(observations, EVENTS);
      const [facts = 0, all = 0, ...each] = measureRules(
        [[], RULES, ...RULES.map((rule) => [rule])],
        events,
        passes,
      );
      const starts = events.filter(({ kind }) => kind === "exec");
      const [ofStarts = 0] = measureRules([RULES], starts, passes);
      const rows: Row[] = [
        toRow("all, with the facts", all),
        toRow("the same, of programs started alone", ofStarts),
        toRow("facts alone", facts),
        ...RULES.map(({ id }, index) => toRow(id, (each[index] ?? 0) - facts)),
      ];
      return {
        rows,
        notes: [
          `${events.length} events, of which the build made these: ${describeKinds(observations)}.`,
          `Goal: ${TARGET_US} µs for all.`,
        ],
        measured: { rows, events: events.length },
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
