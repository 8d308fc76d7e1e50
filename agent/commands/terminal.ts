import type { Output, ProgramOptions } from "./program-options.ts";

/** What is laid out for where no terminal says how wide it is. */
export const DEFAULT_COLUMNS = 100;

export interface Terminal {
  readonly columns: number;
  readonly colour: boolean;
}

export function describeTerminal(
  output: Output,
  environment: ProgramOptions["environment"],
): Terminal {
  const isTerminal = output.isTTY === true;
  return {
    /** Looked at when it is needed: a window changes its size while a command runs. */
    get columns() {
      return output.columns ?? (Number(environment["COLUMNS"]) || DEFAULT_COLUMNS);
    },
    // https://no-color.org: any value but the empty one.
    colour: isTerminal && !environment["NO_COLOR"] && environment["TERM"] !== "dumb",
  };
}
