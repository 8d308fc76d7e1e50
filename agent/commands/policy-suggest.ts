import type { EnforcementMode } from "../../protocol/index.ts";
import { parsePolicy } from "../policy/parse-policy.ts";
import { toPrintablePath } from "../policy/printable.ts";
import { readReport } from "../policy/replay/read-report.ts";
import { suggestPolicy } from "../policy/suggest/suggest-policy.ts";
import { writeNewFile } from "./write-new-file.ts";

export interface SuggestFlags {
  readonly output?: string;
  readonly mode: EnforcementMode;
}

interface Output {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** `runner-guard policy suggest REPORT...`: gives back the exit status. Throws AgentError for what it cannot read or write. */
export function runPolicySuggest(
  paths: readonly string[],
  { output, mode }: SuggestFlags,
  { stdout, stderr }: Output,
): number {
  const text = suggestPolicy({ reports: readAll(paths), mode });
  // What it says of itself must hold for the guard that reads it.
  const { policy } = parsePolicy(text, output ?? "the policy");
  if (output === undefined) {
    stdout.write(text);
    return 0;
  }
  writeNewFile(output, text);
  const entries = policy.egress?.allow.length ?? 0;
  stderr.write(`${toPrintablePath(output)}: mode ${mode}, ${entries} allow\n`);
  return 0;
}

/** One at a time: a report may be large. */
function* readAll(paths: readonly string[]) {
  for (const path of paths) yield { path, report: readReport(path) };
}
