/**
 * The one place that knows the agent's options: as flags, as RUNNER_GUARD_* variables, and in docs/configuration.md; a file in config/ has
 * each group of them. Tables and no schema library, because loading one takes a third of the time in which the guard has to be in force.
 */
import {
  COLLECTOR_OPTIONS,
  type CollectorConfig,
  readCollectorOptions,
} from "./config/collector-options.ts";
import { type CommandOnly, readCommandOptions } from "./config/command-options.ts";
import {
  GUARDING_OPTIONS,
  type GuardingConfig,
  readGuardingOptions,
} from "./config/guarding-options.ts";
import type { OptionTable } from "./config/option-table.ts";
import { createReader, type GivenOptions } from "./config/read-options.ts";
import {
  readTellingOptions,
  TELLING_OPTIONS,
  type TellingConfig,
} from "./config/telling-options.ts";
import { readWatchOptions, WATCH_OPTIONS, type WatchOnly } from "./config/watch-options.ts";

export { COMMAND_OPTIONS } from "./config/command-options.ts";
export { toFlag, toVariableName } from "./config/option-names.ts";
export { WATCH_OPTIONS };

/** What `run` and `watch` take. */
export interface RunConfig extends GuardingConfig, TellingConfig, CollectorConfig {}
export interface CommandConfig extends RunConfig, CommandOnly {}
export interface WatchConfig extends RunConfig, WatchOnly {}

export const RUN_OPTIONS: OptionTable<RunConfig> = {
  ...GUARDING_OPTIONS,
  ...TELLING_OPTIONS,
  ...COLLECTOR_OPTIONS,
};

type Flags = GivenOptions["flags"];
type Environment = GivenOptions["environment"];

/** Throws `usage`, as all of these. */
export function parseRunConfig(flags: Flags, environment: Environment): RunConfig {
  const given = { flags, environment };
  return {
    ...readGuardingOptions(given),
    ...readTellingOptions(given),
    ...readCollectorOptions(given),
  };
}

export function parseCommandConfig(flags: Flags, environment: Environment): CommandConfig {
  return {
    ...parseRunConfig(flags, environment),
    ...readCommandOptions({ flags, environment }),
  };
}

export function parseWatchConfig(flags: Flags, environment: Environment): WatchConfig {
  return { ...parseRunConfig(flags, environment), ...readWatchOptions({ flags, environment }) };
}

/** What the commands that talk to a guard take too. */
export function parseStateDirectory(flags: Flags, environment: Environment): string | undefined {
  return createReader(WATCH_OPTIONS, { flags, environment })("stateDir");
}
