/**
 * The one place that knows the agent's options: as flags, as RUNNER_GUARD_* variables, and in docs/configuration.md. A
 * table and no schema library, because loading one takes a third of the time in which the guard has to be in force.
 */
import type { EnforcementMode, FailOn } from "../protocol/index.ts";
import { AgentError } from "./errors.ts";
import { MAX_PERIOD_MS, MIN_PERIOD_MS } from "./sensor/proc/sampling-pace.ts";

export type Requirement = "kernel" | "enforcement";
export type SensorChoice = "auto" | "kernel" | "proc";

export interface RunConfig {
  readonly policy: string | undefined;
  readonly mode: EnforcementMode | undefined;
  readonly sensor: SensorChoice;
  readonly report: string | undefined;
  readonly summary: string | undefined;
  readonly quiet: boolean;
  /** Undefined leaves it to the policy. */
  readonly failOn: readonly FailOn[] | undefined;
  readonly require: readonly Requirement[];
  readonly samplePeriodMs: number;
}

interface OptionDescription<Value> {
  readonly description: string;
  /** What stands for the value in a synopsis; absent for a flag that takes none. */
  readonly placeholder?: string;
  /** Undefined refuses the text. */
  readonly parse: (text: string) => Value | undefined;
  /** What may be written, for the message that refuses. */
  readonly expects: string;
  /** Given more than once, the flag adds up; the last one counts of all others. */
  readonly isList?: true;
}

type RunOptionTable = {
  readonly [Name in keyof RunConfig]: OptionDescription<NonNullable<RunConfig[Name]>>;
};

const SAMPLE_PERIOD = { min: MIN_PERIOD_MS, max: MAX_PERIOD_MS, default: 250 };

/** Every entry is a flag `--like-this` and a variable `RUNNER_GUARD_LIKE_THIS`; the flag wins. */
export const RUN_OPTIONS: RunOptionTable = {
  policy: {
    description: "Policy file, YAML or JSON. Default: everything is allowed and reported.",
    placeholder: "<file>",
    ...path(),
  },
  mode: {
    description:
      "audit or block; wins over the policy's egress.mode. Default: the policy's, or audit.",
    placeholder: "<mode>",
    ...oneOf(["audit", "block"]),
  },
  sensor: {
    description:
      "Watch with kernel (eBPF), proc (samples of /proc), or auto: the best that works. Default: auto.",
    placeholder: "<sensor>",
    ...oneOf(["auto", "kernel", "proc"]),
  },
  report: {
    description: "Write the report to this file, as JSON.",
    placeholder: "<file>",
    ...path(),
  },
  summary: {
    description: "Append the summary to this file, as Markdown.",
    placeholder: "<file>",
    ...path(),
  },
  quiet: {
    description: "No summary on standard error; errors and warnings stay.",
    ...yesOrNo(),
  },
  failOn: {
    description:
      "Exit with 86 on violation, degraded, finding-high; comma between several. Wins over the policy's fail-on.",
    placeholder: "<list>",
    ...listOf(["violation", "degraded", "finding-high"]),
  },
  require: {
    description:
      "Start nothing (exit 69) unless in force: kernel, enforcement; comma between several.",
    placeholder: "<list>",
    ...listOf(["kernel", "enforcement"]),
  },
  samplePeriodMs: {
    description: `Milliseconds between samples of the proc sensor, ${SAMPLE_PERIOD.min} to ${SAMPLE_PERIOD.max}. Default: ${SAMPLE_PERIOD.default}.`,
    placeholder: "<ms>",
    ...integerWithin(SAMPLE_PERIOD),
  },
};

export function toVariableName(name: string): string {
  return `RUNNER_GUARD_${toWords(name).join("_").toUpperCase()}`;
}

export function toFlag(name: string): string {
  return `--${toWords(name).join("-")}`;
}

/** Throws `usage` with one sentence that names the flag or variable, what it holds and what it may hold. */
export function parseRunConfig(
  flags: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): RunConfig {
  const read = <Value>(name: string, option: OptionDescription<Value>): Value | undefined => {
    const isFlag = flags[name] !== undefined;
    const variable = toVariableName(name);
    const text = isFlag ? String(flags[name]) : environment[variable];
    if (text === undefined || (text === "" && !isFlag)) return undefined;
    const value = option.parse(text);
    if (value !== undefined) return value;
    throw new AgentError(
      "usage",
      `${isFlag ? toFlag(name) : variable}: ${JSON.stringify(text)} is not possible; give ${option.expects}`,
    );
  };
  return {
    policy: read("policy", RUN_OPTIONS.policy),
    mode: read("mode", RUN_OPTIONS.mode),
    sensor: read("sensor", RUN_OPTIONS.sensor) ?? "auto",
    report: read("report", RUN_OPTIONS.report),
    summary: read("summary", RUN_OPTIONS.summary),
    quiet: read("quiet", RUN_OPTIONS.quiet) ?? false,
    failOn: read("failOn", RUN_OPTIONS.failOn),
    require: read("require", RUN_OPTIONS.require) ?? [],
    samplePeriodMs: read("samplePeriodMs", RUN_OPTIONS.samplePeriodMs) ?? SAMPLE_PERIOD.default,
  };
}

function path() {
  return {
    parse: (text: string) => (text === "" || text.includes("\0") ? undefined : text),
    expects: "the path of a file",
  };
}

function oneOf<const Choice extends string>(choices: readonly Choice[]) {
  return {
    parse: (text: string) => choices.find((choice) => choice === text),
    expects: choices.join(", ").replace(/, (?=[^,]*$)/, " or "),
  };
}

function listOf<const Choice extends string>(choices: readonly Choice[]) {
  return {
    isList: true as const,
    parse(text: string) {
      const parts = text.split(",").map((part) => choices.find((choice) => choice === part.trim()));
      const known = parts.filter((part) => part !== undefined);
      return known.length === parts.length ? [...new Set(known)] : undefined;
    },
    expects: `one or more of ${choices.join(", ")}, with commas between them`,
  };
}

function yesOrNo() {
  const words = new Map([
    ["true", true],
    ["1", true],
    ["false", false],
    ["0", false],
  ]);
  return { parse: (text: string) => words.get(text), expects: "true or false" };
}

function integerWithin({ min, max }: { min: number; max: number }) {
  return {
    parse(text: string) {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
    expects: `a whole number from ${min} to ${max}`,
  };
}

function toWords(name: string): string[] {
  return name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
}
