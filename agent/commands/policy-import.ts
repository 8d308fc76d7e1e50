import { existsSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { AgentError, toErrorText } from "../errors.ts";
import { type ImportedPolicy, importWorkflow } from "../policy/import/import-workflow.ts";
import { MAX_WORKFLOW_BYTES } from "../policy/import/workflow-document.ts";
import { findWorkflowFiles } from "../policy/import/workflow-files.ts";
import { parsePolicy } from "../policy/parse-policy.ts";
import { toPrintablePath } from "../policy/printable.ts";
import { readTextWithin } from "../policy/read-text-within.ts";
import { writeNewFile } from "./write-new-file.ts";

export interface ImportFlags {
  readonly output?: string;
}

interface Output {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

interface FoundPolicy extends ImportedPolicy {
  readonly source: string;
}

const OK = 0;
const LEFT_OUT = 1;
const UNREADABLE = 2;
const MAX_NAME = 80;

/** `runner-guard policy import PATH...`: gives back the exit status. Throws AgentError for what it cannot write. */
export function runPolicyImport(
  paths: readonly string[],
  { output }: ImportFlags,
  { stdout, stderr }: Output,
): number {
  const found: FoundPolicy[] = [];
  const files = paths.flatMap(findWorkflowFiles);
  let status = OK;
  let wereRead = 0;
  for (const source of files) {
    const imported = importFile(source);
    if ("refusal" in imported) {
      stderr.write(`${imported.refusal}\n`);
      status = UNREADABLE;
      continue;
    }
    wereRead += 1;
    for (const remark of imported.remarks) stderr.write(`${remark}\n`);
    if (imported.hasLosses) status = Math.max(status, LEFT_OUT);
    for (const policy of imported.policies) found.push({ ...policy, source });
  }
  // What it says of itself must hold for the guard that reads it.
  for (const { text, source } of found) parsePolicy(text, source);
  if (found.length === 0) {
    // Where none was read, what was said of each is all there is to say.
    if (wereRead > 0 || files.length === 0) stderr.write(`${describeNone(wereRead)}\n`);
    return UNREADABLE;
  }
  if (output === undefined) stdout.write(found.map(({ text }) => text).join("---\n"));
  else writeAll(found, output, stderr);
  return status;
}

function importFile(path: string): ReturnType<typeof importWorkflow> {
  const read = readTextWithin(path, {
    maxBytes: MAX_WORKFLOW_BYTES,
    noun: "a workflow",
    describeSize: () => "is larger than 1 MiB, and no workflow that GitHub runs is",
  });
  if ("text" in read) return importWorkflow(read.text, path);
  return { refusal: `${toPrintablePath(path)} ${read.refusal}` };
}

function describeNone(files: number): string {
  const looked = files === 1 ? "1 file" : `${files} files`;
  return `No job uses step-security/harden-runner or bullfrogsec/bullfrog in the ${looked} that ${files === 1 ? "was" : "were"} read.`;
}

/** All or nothing, as far as it can be known before. */
function writeAll(
  found: readonly FoundPolicy[],
  directory: string,
  stderr: Output["stderr"],
): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (cause) {
    const message = `--output: ${toPrintablePath(directory)} cannot be made a directory: ${toErrorText(cause)}`;
    throw new AgentError("output-unwritable", message, { cause });
  }
  const taken = new Set<string>();
  const files = found.map((policy) => ({ policy, path: join(directory, toName(policy, taken)) }));
  const present = files.find(({ path }) => existsSync(path))?.path;
  if (present !== undefined) {
    const message = `--output: ${toPrintablePath(present)} is there already: give another directory, or remove it`;
    throw new AgentError("output-unwritable", message);
  }
  for (const { policy, path } of files) {
    writeNewFile(path, policy.text);
    stderr.write(`${toPrintablePath(path)}: ${describe(policy)}\n`);
  }
}

function describe({ draft: { judgesEgress, mode, allow, leftOut } }: FoundPolicy): string {
  const without = leftOut.length === 0 ? "" : `, ${leftOut.length} left out`;
  const allowed = judgesEgress
    ? `mode ${mode}, ${allow.length} allow`
    : "mode audit, every destination";
  return `${allowed}${without}`;
}

/** Names of files and jobs are somebody else's: none leads out of the directory, and none is there twice. */
function toName({ source, job }: FoundPolicy, taken: Set<string>): string {
  const file = /^action\.ya?ml$/.test(basename(source)) ? dirname(source) : source;
  const parts = [basename(file).replace(/\.ya?ml$/, ""), ...(job === undefined ? [] : [job])];
  const name = parts.map((part) => part.replaceAll(/[^\w-]/g, "_").slice(0, MAX_NAME)).join(".");
  for (let number = 1; ; number += 1) {
    const unique = number === 1 ? `${name}.yml` : `${name}-${number}.yml`;
    if (taken.has(unique.toLowerCase())) continue;
    taken.add(unique.toLowerCase());
    return unique;
  }
}
