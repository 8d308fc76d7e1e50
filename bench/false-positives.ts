/** How often detection by baselines wakes somebody for nothing, and what it finds: by simulation. */
import { ATTACKS } from "./false-positives/attacks.ts";
import type { Outcome } from "./false-positives/outcome.ts";
import { RATES, scaleRates } from "./false-positives/rates.ts";
import { readRecordings } from "./false-positives/recording.ts";
import { simulate, type Simulation } from "./false-positives/simulate.ts";
import { summarise, toAttackRows, toChangeRows, toRuleRows } from "./false-positives/summarise.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { renderTable, type Row } from "./harness/table.ts";

const LEARN_RUNS = [5, 10, 20, 40, 80];
const GOAL_RUNS = 20;
const GOAL =
  "Goal, with 20 runs to learn from: at most 1 false alert of medium or above in 1,000 jobs, and 99 % of new destinations found.";
/** Of the pipelines, how many are played under other assumptions. */
const OTHERS_SHARE = 1 / 3;

await runBenchmark(
  {
    name: "false-positives",
    about: "what detection by baselines tells of honest pipelines, and what it finds of attacks",
    options: {
      pipelines: { default: 42, quick: 14, help: "pipelines, of fourteen kinds" },
      runs: { default: 300, quick: 100, help: "runs of each" },
      "attack-each": { default: 5, help: "one run in so many has a copy with an attack" },
      seed: { default: 1, help: "of all chances" },
    },
    async run({ pipelines, runs, "attack-each": attackEach, seed }) {
      const recordings = readRecordings();
      const usual = {
        recordings,
        rates: RATES,
        seed,
        pipelines,
        runs,
        attackEach,
        isAnswered: true,
      };
      const outcomes = simulate({ ...usual, learnRuns: LEARN_RUNS });
      const rows = [...outcomes].map(([learned, outcome]): Row => ({
        "runs to learn from": learned,
        ...summarise(outcome),
      }));
      const few = { ...usual, pipelines: Math.max(1, Math.round(pipelines * OTHERS_SHARE)) };
      const others: readonly (readonly [string, Simulation])[] = [
        ["as stated", { ...few, learnRuns: [GOAL_RUNS] }],
        ["half as many changes", { ...few, rates: scaleRates(RATES, 0.5), learnRuns: [GOAL_RUNS] }],
        ["twice as many", { ...few, rates: scaleRates(RATES, 2), learnRuns: [GOAL_RUNS] }],
        ["nobody answers alerts", { ...few, isAnswered: false, learnRuns: [GOAL_RUNS] }],
      ];
      const sensitivity = others.map(([assumption, simulation]): Row => {
        const outcome = simulate(simulation).get(GOAL_RUNS);
        return { assumption, ...(outcome && summarise(outcome)) };
      });
      const goal = outcomes.get(GOAL_RUNS);
      return {
        rows,
        notes: [
          ...(goal === undefined ? [] : describe(goal)),
          "",
          renderTable(sensitivity),
          "",
          GOAL,
        ],
        measured: {
          outcomes: [...outcomes].map(([learned, { falseAlerts }]) => ({ learned, falseAlerts })),
          rows,
          sensitivity,
        },
      };
    },
  },
  process.argv.slice(2),
);

function describe(outcome: Outcome): string[] {
  return [
    "",
    `With ${GOAL_RUNS} runs to learn from:`,
    "",
    renderTable(toRuleRows(outcome)),
    "",
    renderTable(toChangeRows(outcome)),
    "",
    renderTable(toAttackRows(outcome, ATTACKS)),
  ];
}
