/** What a guard says, where, and how it ends. */
import type { FailOn } from "../../protocol/index.ts";
import type { OptionTable } from "./option-table.ts";
import { listOf, path, yesOrNo } from "./option-values.ts";
import { createReader, type GivenOptions } from "./read-options.ts";

export interface TellingConfig {
  readonly report: string | undefined;
  readonly summary: string | undefined;
  /** Undefined: beside the report. */
  readonly incidentDir: string | undefined;
  readonly quiet: boolean;
  /** Undefined leaves it to the policy. */
  readonly failOn: readonly FailOn[] | undefined;
  readonly secretsFile: string | undefined;
}

export const TELLING_OPTIONS: OptionTable<TellingConfig> = {
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
  incidentDir: {
    description:
      "Where a job or process that a rule ends is described: lineage, last events, open files and sockets, hashes. A new directory for each. Default: beside the report; none without a report.",
    placeholder: "<dir>",
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
  secretsFile: {
    description: "Mask the values in this file, one a line, in everything that the guard tells.",
    placeholder: "<file>",
    ...path(),
  },
};

export function readTellingOptions(given: GivenOptions): TellingConfig {
  const read = createReader(TELLING_OPTIONS, given);
  return {
    report: read("report"),
    summary: read("summary"),
    incidentDir: read("incidentDir"),
    quiet: read("quiet") ?? false,
    failOn: read("failOn"),
    secretsFile: read("secretsFile"),
  };
}
