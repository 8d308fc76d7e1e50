/** The one place that knows the program `nft`. */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { isAbsolute, join } from "node:path";

/** Loading 20,000 elements takes well under a second; one that hangs must not hold the start up for long. */
const TIMEOUT_MS = 10_000;
/** A listing of every chain of a machine that runs Kubernetes has some hundred kilobytes. */
const MAX_OUTPUT_BYTES = 8 << 20;
/** nft repeats the line that it did not like, which may be a long one. */
const MAX_ERROR_BYTES = 16 << 10;

export type NftResult =
  | { readonly status: "done" }
  | { readonly status: "failed"; readonly reason: string; readonly cause: NftFailure };
export type NftListing =
  | { readonly status: "done"; readonly text: string }
  | { readonly status: "failed"; readonly reason: string; readonly cause: NftFailure };
export type NftFailure =
  | "missing"
  | "exists"
  | "not-permitted"
  | "no-cgroup"
  | "unsupported"
  | "timeout"
  | "other";

/** Absolute path of nft; `searchPath` is as in PATH. Directories that hold it on distributions are looked in as well. */
export function findNft(searchPath: string): string | undefined {
  const directories = [...searchPath.split(":"), "/usr/sbin", "/sbin", "/usr/local/sbin"];
  return directories
    .filter((directory) => isAbsolute(directory))
    .map((directory) => join(directory, "nft"))
    .find(isExecutable);
}

/** Runs a text of commands as one transaction. `onStart` is told the process, which is whose change the kernel speaks of. */
export async function runNft(
  nft: string,
  text: string,
  onStart?: (pid: number) => void,
): Promise<NftResult> {
  const ended = await runProgram(nft, { args: ["-f", "-"], input: text, onStart });
  return ended.failure === undefined ? { status: "done" } : toFailed(nft, ended);
}

/** What `nft list …` prints, without elements of sets, of which there may be many. */
export async function listNft(nft: string, args: readonly string[]): Promise<NftListing> {
  const ended = await runProgram(nft, {
    args: ["-t", "list", ...args],
    input: "",
    onStart: undefined,
  });
  return ended.failure === undefined
    ? { status: "done", text: ended.stdout }
    : toFailed(nft, ended);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Run {
  readonly args: readonly string[];
  readonly input: string;
  readonly onStart: ((pid: number) => void) | undefined;
}

interface Ended {
  /** How it ended, unless well. */
  readonly failure: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Without an environment: nothing in it is meant for nft, and a variable of the job's could be. */
function runProgram(nft: string, { args, input, onStart }: Run): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(nft, args, { stdio: "pipe", env: {}, detached: true });
    const stdout = collect(child.stdout, MAX_OUTPUT_BYTES);
    const stderr = collect(child.stderr, MAX_ERROR_BYTES);
    let failure: string | undefined;
    const timer = setTimeout(() => {
      failure = TIMED_OUT;
      child.kill("SIGKILL");
    }, TIMEOUT_MS);
    const end = (how: string | undefined): void => {
      clearTimeout(timer);
      resolve({ failure: failure ?? how, stdout: stdout(), stderr: stderr() });
    };
    child.on("error", ({ message }) => end(message));
    child.on("close", (code, signal) => {
      end(code === 0 ? undefined : (signal ?? `exit status ${code}`));
    });
    if (child.pid !== undefined) onStart?.(child.pid);
    // One that ended before it read everything has said why on its standard error.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

const TIMED_OUT = "timed out";

function collect(stream: NodeJS.ReadableStream, maxBytes: number): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    if (bytes < maxBytes) chunks.push(chunk.subarray(0, maxBytes - bytes));
    bytes += chunk.length;
  });
  return () => Buffer.concat(chunks).toString();
}

function toFailed(
  nft: string,
  { failure = "", stderr }: Ended,
): { status: "failed"; reason: string; cause: NftFailure } {
  const message = stderr.trim();
  const known = [...FAILURES].find(([pattern]) => pattern.test(message) || pattern.test(failure));
  if (known !== undefined) return { status: "failed", ...known[1](nft, message) };
  const [line = ""] = message.split("\n");
  return { status: "failed", cause: "other", reason: `nft failed: ${line || failure}` };
}

type Explanation = { readonly cause: NftFailure; readonly reason: string };

/** What nft 0.9 to 1.1 and the kernel say, and what that means here. First match wins. */
const FAILURES: readonly (readonly [RegExp, (nft: string, message: string) => Explanation])[] = [
  [
    /ENOENT$/,
    (nft) => ({ cause: "missing", reason: `${nft} is not there: install the package nftables` }),
  ],
  [
    /timed out$/,
    () => ({ cause: "timeout", reason: `nft did not end within ${TIMEOUT_MS / 1000} s` }),
  ],
  [
    /Operation not permitted|Permission denied|EACCES$|EPERM$/,
    () => ({
      cause: "not-permitted",
      reason: "nft may not change the packet filter: give the guard the capability NET_ADMIN",
    }),
  ],
  [/File exists/, () => ({ cause: "exists", reason: "a table of that name is there already" })],
  [
    /cgroupv2 path fails: No such file|cgroupv2 path/i,
    (_, message) => ({
      cause: "no-cgroup",
      reason: `nft does not find the command's control group: ${firstLine(message)}`,
    }),
  ],
  [
    /unexpected cgroupv2|syntax error/,
    (_, message) => ({
      cause: "unsupported",
      reason: `nft does not know ${toUnknownWord(message)}: the guard needs nftables 1.0 or newer`,
    }),
  ],
  [
    /Operation not supported|Could not process rule: No such file|Protocol not supported/,
    (_, message) => ({
      cause: "unsupported",
      reason: `the kernel lacks a part of nftables: ${toRefusedPart(message)}`,
    }),
  ],
];

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? "";
}

function toUnknownWord(message: string): string {
  return /unexpected ([^,\n]+)/.exec(message)?.[1] ?? "the text it was given";
}

/** nft repeats the rule that the kernel refused, below its message. */
function toRefusedPart(message: string): string {
  const [error = "", rule] = message.split("\n");
  return (rule ?? error).trim();
}
