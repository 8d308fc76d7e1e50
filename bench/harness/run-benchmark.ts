import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { renderTable, type Row } from "./table.ts";

const results = fileURLToPath(new URL("../../.cache/bench/", import.meta.url));

/** An option that takes a whole number above zero. */
export interface BenchmarkOption {
  readonly default: number;
  /** What --quick makes of it: enough to see that the benchmark works, too little for its numbers to mean much. */
  readonly quick?: number;
  readonly help: string;
}

export interface BenchmarkResult {
  readonly rows: readonly Row[];
  /** What a reader of the table must know: sensors, losses, targets. */
  readonly notes: readonly string[];
  /** Everything that was measured, for the JSON file. */
  readonly measured: unknown;
}

export interface Benchmark<Name extends string> {
  readonly name: string;
  readonly about: string;
  readonly options: Readonly<Record<Name, BenchmarkOption>>;
  readonly run: (settings: Readonly<Record<Name, number>>) => Promise<BenchmarkResult>;
}

/** Runs the benchmark as the command line says; what goes wrong is said in a sentence, and the exit status is 1. */
export async function runBenchmark<Name extends string>(
  benchmark: Benchmark<Name>,
  argv: readonly string[],
): Promise<void> {
  try {
    await runFromCommandLine(benchmark, argv);
  } catch (error) {
    process.stderr.write(`${benchmark.name}: ${toSentences(error)}\n`);
    process.exitCode = 1;
  }
}

async function runFromCommandLine<Name extends string>(
  benchmark: Benchmark<Name>,
  argv: readonly string[],
): Promise<void> {
  const names = Object.keys(benchmark.options).filter((name): name is Name =>
    Object.hasOwn(benchmark.options, name),
  );
  const values = parseOptions(names, argv);
  if (values["help"] === true) {
    process.stdout.write(renderHelp(benchmark, names));
    return;
  }
  const settings = readSettings(benchmark, names, values);
  const file =
    typeof values["json"] === "string" ? values["json"] : join(results, `${benchmark.name}.json`);
  const startedAt = new Date().toISOString();
  const result = await benchmark.run(settings);

  const lines = [`${benchmark.name}: ${benchmark.about}`, "", renderTable(result.rows), ""];
  process.stdout.write(`${[...lines, ...result.notes, `JSON: ${file}`].join("\n")}\n`);
  const content = {
    benchmark: benchmark.name,
    startedAt,
    machine: describeMachine(),
    settings,
    ...result,
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

function parseOptions(names: readonly string[], argv: readonly string[]): OptionValues {
  const numbers = names.map((name) => [name, { type: "string" }] as const);
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: "boolean" },
      json: { type: "string" },
      quick: { type: "boolean" },
      ...Object.fromEntries(numbers),
    },
  });
  return values;
}

function describeMachine() {
  return {
    kernel: release(),
    architecture: process.arch,
    cores: cpus().length,
    processor: cpus()[0]?.model,
    node: process.version,
  };
}

function readSettings<Name extends string>(
  benchmark: Benchmark<Name>,
  names: readonly Name[],
  values: OptionValues,
): Record<Name, number> {
  const settings: Record<string, number> = {};
  for (const name of names) {
    const given = values[name];
    const { default: usual, quick = usual } = benchmark.options[name];
    const value = given === undefined ? (values["quick"] ? quick : usual) : Number(given);
    if (!Number.isInteger(value) || value < 1) {
      throw new Error(`--${name} takes a whole number above zero, not "${String(given)}"`);
    }
    settings[name] = value;
  }
  return settings;
}

function renderHelp<Name extends string>(
  benchmark: Benchmark<Name>,
  names: readonly Name[],
): string {
  const options = names.map((name) => {
    const { help, default: value } = benchmark.options[name];
    return `  --${name} N`.padEnd(22) + `${help} (${value})`;
  });
  return [
    `usage: bench/${benchmark.name}.ts [options]`,
    "",
    benchmark.about,
    "",
    ...options,
    `${"  --json FILE".padEnd(22)}where the numbers go (.cache/bench/${benchmark.name}.json)`,
    `${"  --quick".padEnd(22)}a short run, to see that it works`,
    `${"  --help".padEnd(22)}this text`,
    "",
  ].join("\n");
}

function toSentences(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined
    ? error.message
    : `${error.message}: ${toSentences(error.cause)}`;
}
