/** The workflow files that somebody means by a file or a directory. */
import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { AgentError, toErrorText } from "../../errors.ts";
import { toPrintablePath } from "../printable.ts";

const WORKFLOWS = ".github/workflows";
const ACTIONS = ".github/actions";
/** More in a repository are none that somebody keeps by hand. */
const MAX_FILES = 2_000;

/** A repository's directory stands for its workflows and its composite actions, another one for the files in it. */
export function findWorkflowFiles(path: string): string[] {
  if (!isDirectory(path)) return [path];
  const workflows = join(path, WORKFLOWS);
  const found = isDirectory(workflows)
    ? [...listWorkflows(workflows), ...listActions(join(path, ACTIONS))]
    : listWorkflows(path);
  if (found.length <= MAX_FILES) return found;
  throw new AgentError(
    "usage",
    `${toPrintablePath(path)} has ${found.length} workflows, and at most ${MAX_FILES} are read at once: give some of them.`,
  );
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function listWorkflows(directory: string): string[] {
  return list(directory)
    .filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name))
    .map(({ name }) => join(directory, name))
    .toSorted();
}

function listActions(directory: string): string[] {
  if (!isDirectory(directory)) return [];
  return list(directory)
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => ["action.yml", "action.yaml"].map((file) => join(directory, name, file)))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .toSorted();
}

function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    const message = `${toPrintablePath(directory)} cannot be read: ${toErrorText(cause)}.`;
    throw new AgentError("usage", message, { cause });
  }
}
