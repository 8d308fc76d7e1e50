/** Starts the guard as root, by sudo where this is another user. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { ROOT_PLACES, toReadyPath, toSocketPath } from "./places.ts";
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

/** Root's program, which waits for what it is to do. Given up where it is disposed of before it was told. */
export interface RootStarting extends Disposable {
  /** To be called once. Never rejects. */
  start(request: StartRequest): Promise<RootStart>;
}

/**
 * `phases`: where the program that root is to run lies. It is there as soon as whoever calls this knows what to ask of it. Where there
 * may be a guard already it is not begun before it is needed.
 */
export function beginAsRoot(phases: string): RootStarting {
  const command = findCommand(phases);
  const isSure = process.platform === "linux" && !mayBeGuarded();
  let program = command !== undefined && isSure ? run(command) : undefined;
  return {
    start(request) {
      if (command === undefined) {
        return Promise.resolve({ status: "no-root", reason: "there is no sudo on this machine" });
      }
      const told = program ?? run(command);
      program = undefined;
      return tell(told, request);
    },
    [Symbol.dispose]() {
      // It ends by itself when nothing is asked of it.
      program?.child.stdin.end();
    },
  };
}

function mayBeGuarded(): boolean {
  const { state } = ROOT_PLACES;
  return [toReadyPath(state), toSocketPath(state)].some((path) => existsSync(path));
}

/** Undefined: there is no way to root. */
function findCommand(phases: string): readonly string[] | undefined {
  const command = [ENV, "-i", SEARCH_PATH, process.execPath, ...findProgram(phases)];
  if (process.geteuid?.() === ROOT) return command;
  const sudo = SUDO.find((path) => existsSync(path));
  return sudo === undefined ? undefined : [sudo, "-n", "--", ...command];
}

/** Of the bundle, or the source. */
function findProgram(phases: string): string[] {
  const bundled = join(phases, "start.mjs");
  return existsSync(bundled)
    ? [bundled]
    : ["--disable-warning=ExperimentalWarning", join(phases, "start.ts")];
}

interface RootProgram {
  readonly child: ChildProcessWithoutNullStreams;
  /** How it ended. */
  readonly ending: Promise<string>;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** It may be refused, and end, before it was told anything. */
function run([file = "", ...args]: readonly string[]): RootProgram {
  const child = spawn(file, args, { stdio: "pipe", env: {}, cwd: "/" });
  const { promise: ending, resolve } = Promise.withResolvers<string>();
  child.once("error", (error) => resolve(error.message));
  child.once("close", (status, signal) => resolve(`it ended with ${signal ?? `status ${status}`}`));
  child.stdin.on("error", () => undefined);
  return { child, ending, stdout: collect(child.stdout), stderr: collect(child.stderr) };
}

async function tell(program: RootProgram, request: StartRequest): Promise<RootStart> {
  const { child, stdout, stderr } = program;
  child.stdin.end(JSON.stringify(request));
  const timer = setTimeout(() => child.kill(), TIMEOUT_MS);
  const ending = await program.ending;
  clearTimeout(timer);
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
