/** Starts the guard as root, by sudo where this is another user. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { parseStarted, type Started, type StartRequest } from "./start-request.ts";

export type RootStart = Started | { readonly status: "no-root"; readonly reason: string };

/** Not by PATH, into which an earlier step may have put programs of its own. */
const SUDO = ["/usr/bin/sudo", "/bin/sudo", "/usr/local/bin/sudo", "/run/wrappers/bin/sudo"];
const ENV = "/usr/bin/env";
const SEARCH_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const ROOT = 0;
/** A guard's patience to get ready, and some. */
const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 1_048_576;
const MAX_REASON = 300;

/** `phases`: where the program that root is to run lies. Never rejects. */
export async function startAsRoot(phases: string, request: StartRequest): Promise<RootStart> {
  const program = findProgram(phases);
  const command = [ENV, "-i", SEARCH_PATH, process.execPath, ...program];
  if (process.geteuid?.() === ROOT) return run(command, request);
  const sudo = SUDO.find((path) => existsSync(path));
  if (sudo === undefined) return { status: "no-root", reason: "there is no sudo on this machine" };
  return run([sudo, "-n", "--", ...command], request);
}

/** Of the bundle, or the source. */
function findProgram(phases: string): string[] {
  const bundled = join(phases, "start.mjs");
  return existsSync(bundled)
    ? [bundled]
    : ["--disable-warning=ExperimentalWarning", join(phases, "start.ts")];
}

async function run(
  [file = "", ...args]: readonly string[],
  request: StartRequest,
): Promise<RootStart> {
  const child = spawn(file, args, { stdio: "pipe", env: {}, timeout: TIMEOUT_MS, cwd: "/" });
  const { promise, resolve } = Promise.withResolvers<string>();
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  child.once("error", (error) => resolve(error.message));
  child.once("close", (status, signal) => resolve(`it ended with ${signal ?? `status ${status}`}`));
  // It may be refused before it reads anything.
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify(request));
  const ending = await promise;
  const started = parseStarted(stdout());
  if (started !== undefined) return started;
  const said = stderr().trim().split("\n").at(-1) ?? "";
  return { status: "no-root", reason: (said === "" ? ending : said).slice(0, MAX_REASON) };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const parts: Buffer[] = [];
  let length = 0;
  stream.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MAX_OUTPUT_BYTES) parts.push(chunk);
  });
  return () => Buffer.concat(parts).toString("utf8");
}
