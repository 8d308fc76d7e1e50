/**
 * `policy-file`, from where the job's own branch cannot choose what it says: a file of the machine that jobs cannot write, or one of
 * the repository, as it is on the branch that changes are merged to. What lies in the workspace when a job begins is an earlier job's.
 */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";

import { AgentError, toErrorCode, toErrorText } from "../../agent/errors.ts";
import type { Policy } from "../../protocol/index.ts";
import type { Environment } from "../runner/step.ts";
import { fetchFile } from "./fetch-file.ts";
import { InputError } from "./input-error.ts";
import { quote } from "./input-reader.ts";

export interface PolicyFile {
  readonly policy: Policy;
  readonly remarks: readonly string[];
}

interface Wanted {
  readonly path: string;
  readonly token: string;
  readonly environment: Environment;
}

const ROOT = 0;
const STICKY = 0o1000;

/** Throws InputError. */
export async function readPolicyFile(wanted: Wanted): Promise<PolicyFile> {
  const { path } = wanted;
  try {
    return isAbsolute(path) ? await readOfMachine(wanted) : await readOfRepository(wanted);
  } catch (error) {
    if (error instanceof AgentError) {
      throw new InputError(error.message.split("\n").map((line) => `policy-file: ${line}`));
    }
    throw error;
  }
}

async function readOfMachine({ path, environment }: Wanted): Promise<PolicyFile> {
  const whole = toRealPath(path);
  const writable = findWritable(whole, environment);
  if (writable !== undefined) {
    throw refuse(
      `${quote(path)} is as an earlier job, of whatever branch, may have left it: jobs can write to ${quote(writable)}. Put it where they cannot, such as /etc/runner-guard, or name a path in the repository, such as .github/runner-guard.yml`,
    );
  }
  const { loadPolicy } = await import("../../agent/policy/load-policy.ts");
  const { policy, warnings } = loadPolicy(whole);
  return { policy, remarks: warnings.map(({ message }) => message) };
}

function toRealPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const why = toErrorCode(error) === "ENOENT" ? "does not exist" : toErrorText(error);
    throw refuse(`${quote(path)} ${why}; a path without a slash in front is one in the repository`);
  }
}

/** The file itself, or what leads to it. Whoever is root may write everywhere: then it is where jobs have their files that counts. */
function findWritable(path: string, environment: Environment): string | undefined {
  if (process.geteuid?.() === ROOT) {
    const places = ["GITHUB_WORKSPACE", "RUNNER_WORKSPACE", "RUNNER_TEMP"].flatMap(
      (name) => environment[name] ?? [],
    );
    return places.find((place) => path.startsWith(`${place}/`));
  }
  if (mayWrite(path)) return path;
  let child = path;
  for (let parent = dirname(path); parent !== child; child = parent, parent = dirname(parent)) {
    const isGuarded = (statSync(parent).mode & STICKY) !== 0 && statSync(child).uid === ROOT;
    if (mayWrite(parent) && !isGuarded) return parent;
  }
  return undefined;
}

function mayWrite(path: string): boolean {
  if (statSync(path).uid === process.geteuid?.()) return true;
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function readOfRepository({ path, token, environment }: Wanted): Promise<PolicyFile> {
  const base = environment["GITHUB_BASE_REF"] || undefined;
  const fetched = await fetchFile({
    api: environment["GITHUB_API_URL"] ?? "",
    repository: environment["GITHUB_REPOSITORY"] ?? "",
    path,
    ref: base,
    token,
  });
  const where = base === undefined ? "the default branch" : `the branch ${base}`;
  if ("problem" in fetched)
    throw refuse(`${quote(path)} of ${where} cannot be read: ${fetched.problem}`);
  const { parsePolicy } = await import("../../agent/policy/parse-policy.ts");
  const { policy, warnings } = parsePolicy(fetched.text, path);
  const remark = `policy-file: ${path} as it is on ${where}`;
  return { policy, remarks: [remark, ...warnings.map(({ message }) => message)] };
}

function refuse(problem: string): InputError {
  return new InputError([`policy-file: ${problem}`]);
}
