/** Options from flags and variables: the flag wins. Throws `usage` with one sentence that names the flag or variable, what it holds and what it may hold. */
import { AgentError } from "../errors.ts";
import { toFlag, toVariableName } from "./option-names.ts";
import type { OptionDescription, OptionTable } from "./option-table.ts";

export interface GivenOptions {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type Read<Config> = <Name extends keyof Config & string>(
  name: Name,
) => NonNullable<Config[Name]> | undefined;

/** Gives back undefined where nothing is given. */
export function createReader<Config>(
  table: OptionTable<Config>,
  { flags, environment }: GivenOptions,
): Read<Config> {
  return <Name extends keyof Config & string>(name: Name) => {
    const option: OptionDescription<NonNullable<Config[Name]>> = table[name];
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
}
