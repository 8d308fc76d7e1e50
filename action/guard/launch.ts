/** Starts "watch", to go on when whoever started it has ended, and waits until it is in force. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { readPlainFile } from "../runner/plain-file.ts";
import { createFileNews } from "./file-news.ts";
import { MAX_READY_BYTES } from "./guard-state.ts";
import { toLogPath, toReportPath, type Places } from "./places.ts";
import type { Started, StartRequest } from "./start-request.ts";

export interface Launch {
  /** Where the guard's program lies. */
  readonly program: string;
  readonly node: string;
  readonly places: Places;
  readonly request: StartRequest;
}

/** As bin/runner-guard has them: V8 sizes its heap after the machine. */
const NODE_FLAGS = [
  "--max-semi-space-size=2",
  "--max-old-space-size=512",
  "--disable-warning=ExperimentalWarning",
];
/** Ten times what a busy machine takes; a job that is not guarded by then should not begin. */
const PATIENCE_MS = 30_000;
/** The guard says in its log that it is in force, which is seen at once; this is for a machine that has no more watches of files to give. */
const PERIOD_MS = 50;
const OTHERS_WRITE = 0o022;
/** What a guard says before it is ready; a policy's warnings are most of it. */
const MAX_LOG_LINES = 100;
const MAX_LOG_BYTES = 16_777_216;

/** Throws where there is no place for its files. */
export async function launch(options: Launch): Promise<Started> {
  const { places } = options;
  makeOwnFolder(places.folder);
  // Of an earlier job on this machine: nobody is to take it for this one's.
  for (const path of [toReportPath(places.state), toLogPath(places.folder)]) {
    rmSync(path, { force: true });
  }
  const child = start(options);
  const failure = whenFailed(child);
  using news = createFileNews(toLogPath(places.folder));
  const ready = join(places.state, "ready");
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    // Asked for before it is looked: what is written in between is not missed.
    const written = news.next();
    const state = readReady(ready, child.pid);
    if (state !== undefined) {
      child.unref();
      return { status: "ready", ready: state, log: readLog(places) };
    }
    const period = wait(PERIOD_MS, undefined, { ref: false });
    const reason = await Promise.race([failure, written, period]);
    if (reason !== undefined) return { status: "failed", reason, log: readLog(places) };
  }
  child.kill("SIGKILL");
  const reason = `the guard was not ready within ${PATIENCE_MS / 1_000} s`;
  return { status: "failed", reason, log: readLog(places) };
}

/** In /tmp somebody else may have made it first. Throws then. */
function makeOwnFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  const stats = lstatSync(path);
  if (
    stats.isDirectory() &&
    stats.uid === process.geteuid?.() &&
    (stats.mode & OTHERS_WRITE) === 0
  ) {
    return;
  }
  throw new Error(`${path} is not a directory that this user alone can write to: remove it`);
}

function start({ program, node, places, request }: Launch): ChildProcess {
  const policy = join(places.folder, "policy.json");
  rmSync(policy, { force: true });
  writeNew(policy, JSON.stringify(request.policy));
  const log = openSync(toLogPath(places.folder), "wx", 0o644);
  const secrets = request.secrets === "" ? undefined : openSecrets(places.folder, request.secrets);
  const flags = [
    "watch",
    `--policy=${policy}`,
    `--report=${toReportPath(places.state)}`,
    `--state-dir=${places.state}`,
    "--quiet",
    ...(request.until === null ? [] : [`--until-exit=${request.until}`]),
    ...(secrets === undefined ? [] : ["--secrets-file=/dev/fd/3"]),
    ...request.flags,
  ];
  const child = spawn(node, [...NODE_FLAGS, join(program, "agent/start.mjs"), ...flags], {
    cwd: "/",
    detached: true,
    env: { ...request.environment },
    stdio: ["ignore", log, log, ...(secrets === undefined ? [] : [secrets])],
  });
  closeSync(log);
  if (secrets !== undefined) closeSync(secrets);
  return child;
}

function writeNew(path: string, text: string): void {
  const descriptor = openSync(path, "wx", 0o600);
  writeFileSync(descriptor, text);
  closeSync(descriptor);
}

/** A file without a name: nobody can open it but by this descriptor, and it goes with the guard. Written whole, or not at all: a disk may be full. */
function openSecrets(folder: string, secrets: string): number {
  const path = join(folder, "secrets");
  rmSync(path, { force: true });
  const descriptor = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  writeFileSync(descriptor, secrets);
  return descriptor;
}

async function whenFailed(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  child.once("error", (error) => resolve(error.message));
  child.once("exit", (status, signal) => {
    resolve(`the guard ended with ${signal ?? `status ${status}`}`);
  });
  return promise;
}

/** One that another guard left, which was killed, is not ours. */
function readReady(path: string, pid: number | undefined): unknown {
  if (!existsSync(path)) return undefined;
  try {
    const state: unknown = JSON.parse(readPlainFile(path, MAX_READY_BYTES).toString("utf8"));
    const isOurs =
      typeof state === "object" && state !== null && "pid" in state && state.pid === pid;
    return isOurs ? state : undefined;
  } catch {
    return undefined;
  }
}

function readLog({ folder }: Places): string[] {
  const lines = readPlainFile(toLogPath(folder), MAX_LOG_BYTES).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").slice(-MAX_LOG_LINES);
}
