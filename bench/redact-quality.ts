/** How many secrets `runner-guard redact` misses, and how much it masks that is none. */
import { fileURLToPath } from "node:url";

import { SHAPES } from "../agent/redact/shapes/shapes.ts";
import {
  createRandom as createFractions,
  makeExample,
} from "../test/support/redact/shape-examples.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { type Row, toPercent } from "./harness/table.ts";
import { collectHonestLogs, type HonestLog } from "./redact/honest-logs.ts";
import { type FalseMark, findFalseMarks } from "./redact/measure-precision.ts";
import { measureRecall, type Recall, toStructureContexts } from "./redact/measure-recall.ts";
import { createRandom } from "./redact/random.ts";
import { STRUCTURES } from "./redact/structure-examples.ts";

const SEED = 3;
const MEGABYTE = 1_000_000;
const LINES_FOR_ONE_FALSE_MARK = 100_000;
const MAX_TOLD = 40;
const GOAL = "Goals: 99 % of the examples hidden; one false mark in 100,000 lines of logs.";
const CHECKOUT = fileURLToPath(new URL("..", import.meta.url));

await runBenchmark(
  {
    name: "redact-quality",
    about: "secrets that are missed, by kind and context, and marks in logs that hold none",
    options: {
      examples: { default: 20, quick: 2, help: "examples of each kind, in each context" },
      megabytes: { default: 16, quick: 1, help: "at most so much of each honest log" },
    },
    async run({ examples, megabytes }) {
      const recalls = [...measureShapes(examples), ...measureStructures(examples)];
      const { logs, missing } = collectHonestLogs(CHECKOUT, megabytes * MEGABYTE);
      const marks = logs.flatMap(findFalseMarks);
      const precision = (["log", "source"] as const).map((kind) => toPrecision(kind, logs, marks));
      return Promise.resolve({
        rows: toRows(recalls, marks),
        notes: [
          describeRecall(recalls),
          ...precision.map(describePrecision),
          ...(missing.length === 0 ? [] : [`Not on this machine: ${missing.join(", ")}.`]),
          ...marks.slice(0, MAX_TOLD).map(describeMark),
          GOAL,
        ],
        measured: { recalls, precision, marks },
      });
    },
  },
  process.argv.slice(2),
);

function measureShapes(count: number): Recall[] {
  return SHAPES.map((shape, index) => {
    const fractions = createFractions(SEED + index);
    const examples = Array.from({ length: count }, () => makeExample(shape, fractions));
    return measureRecall(shape.id, examples);
  });
}

function measureStructures(count: number): Recall[] {
  return Object.entries(STRUCTURES).map(([name, make], index) => {
    const random = createRandom(SEED + index);
    const examples = Array.from({ length: count }, () => make(random));
    return measureRecall(name, examples, toStructureContexts());
  });
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines++;
  return lines;
}

/** By rule; those that only put false marks come last. */
function toRows(recalls: readonly Recall[], marks: readonly FalseMark[]): Row[] {
  const falseMarks = Object.groupBy(marks, ({ rule }) => rule);
  const known = new Set(recalls.map(({ rule }) => rule));
  const others = Object.keys(falseMarks).filter((rule) => !known.has(rule));
  return [
    ...recalls.map(({ rule, hidden, tried, missedIn }) => ({
      rule,
      tried,
      hidden: toPercent(hidden, tried),
      "false marks": falseMarks[rule]?.length ?? 0,
      "missed in": Object.entries(missedIn)
        .map(([name, count]) => `${name} ${count}`)
        .join(", "),
    })),
    ...others.map((rule) => ({
      rule,
      tried: 0,
      hidden: "-",
      "false marks": falseMarks[rule]?.length ?? 0,
      "missed in": "",
    })),
  ];
}

function describeRecall(recalls: readonly Recall[]): string {
  const tried = recalls.reduce((sum, recall) => sum + recall.tried, 0);
  const hidden = recalls.reduce((sum, recall) => sum + recall.hidden, 0);
  return `Hidden: ${toPercent(hidden, tried)} of ${tried} examples of ${recalls.length} kinds.`;
}

interface Precision {
  readonly kind: HonestLog["kind"];
  readonly texts: number;
  readonly lines: number;
  readonly marks: number;
}

function toPrecision(
  kind: HonestLog["kind"],
  logs: readonly HonestLog[],
  marks: readonly FalseMark[],
): Precision {
  const texts = logs.filter((log) => log.kind === kind);
  const lines = texts.reduce((sum, { bytes }) => sum + countLines(bytes), 0);
  const ofKind = marks.filter((mark) => mark.kind === kind);
  return { kind, texts: texts.length, lines, marks: ofKind.length };
}

function describePrecision({ kind, texts, lines, marks }: Precision): string {
  const what = kind === "log" ? "logs" : "collections of sources and documents";
  const rate = (marks / lines) * LINES_FOR_ONE_FALSE_MARK;
  return `False marks: ${marks} in ${lines} lines of ${texts} ${what}, ${rate.toFixed(2)} in ${LINES_FOR_ONE_FALSE_MARK}.`;
}

function describeMark({ rule, log, line, around }: FalseMark): string {
  return `  ${rule}, ${log}:${line}: ${around}`;
}
