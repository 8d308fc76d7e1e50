import { closeSync, openSync, writeFileSync } from "node:fs";

import type { EnforcementMode } from "../../protocol/index.ts";
import { AgentError, toErrorCode } from "../errors.ts";
import { parsePolicy } from "../policy/parse-policy.ts";
import { toPrintablePath } from "../policy/printable.ts";
import { readReport } from "../policy/replay/read-report.ts";
import { suggestPolicy } from "../policy/suggest/suggest-policy.ts";
import { toUnwritable } from "../report/unwritable.ts";

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
  writeNew(output, text);
  const entries = policy.egress?.allow.length ?? 0;
  stderr.write(`${toPrintablePath(output)}: mode ${mode}, ${entries} allow\n`);
  return 0;
}

/** One at a time: a report may be large. */
function* readAll(paths: readonly string[]) {
  for (const path of paths) yield { path, report: readReport(path) };
}

/** Somebody's own policy is not to be lost. */
function writeNew(path: string, text: string): void {
  try {
    const descriptor = openSync(path, "wx", 0o644);
    try {
      writeFileSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    if (toErrorCode(cause) !== "EEXIST") throw toUnwritable(cause, { option: "--output", path });
    const message = `--output: ${toPrintablePath(path)} is there already: give another name, or remove it`;
    throw new AgentError("output-unwritable", message, { cause });
  }
}
