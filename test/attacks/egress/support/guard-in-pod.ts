/** A guard in a pod that stays while a test does something to it: kills it, or looks at what it leaves. */
import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import type { Machine } from "../../../support/internet/internet.ts";

const GUARD = resolve(import.meta.dirname, "../../../../bin/runner-guard");
const DEADLINE_MS = 10_000;
const LOOK_EVERY_MS = 10;

export interface StandingGuard {
  /** The guard itself. */
  readonly pid: number;
  readonly child: ChildProcess;
  /** Of the command; absolute. */
  readonly cgroup: string;
  readonly ended: Promise<{ readonly status: number | null; readonly signal: string | null }>;
  readonly stderr: () => string;
  /** Runs a text in the command's shell, and returns what it printed. */
  inside(script: string): Promise<string>;
  /** Ends the command. */
  finish(): void;
}

export interface StandingGuardOptions {
  readonly policy: string;
  /** Of its files in the pod's folder; a pod can have several. */
  readonly name?: string;
  readonly flags?: readonly string[];
  /** argv before the guard's own. */
  readonly through?: readonly string[];
}

export async function startGuard(
  pod: Machine,
  { policy, name = "guard", flags = [], through = [] }: StandingGuardOptions,
): Promise<StandingGuard> {
  const file = (ending: string): string => join(pod.folder, `${name}.${ending}`);
  writeFileSync(file("yml"), policy);
  const command = [
    `echo $$ >${file("pid")}`,
    `n=0; while [ ! -e ${file("end")} ]; do`,
    `  if [ -e ${file("do")}-$n ]; then sh ${file("do")}-$n >${file("out")}-$n 2>&1; mv ${file("out")}-$n ${file("done")}-$n; n=$((n+1)); fi`,
    "  sleep 0.02",
    "done",
  ].join("\n");
  const options = ["--policy", file("yml"), "--report", file("json"), ...flags];
  const child = pod.start([...through, GUARD, "run", ...options, "--", "sh", "-c", command]);
  let stderr = "";
  child.stdout?.resume();
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<{ status: number | null; signal: string | null }>((done) => {
    child.once("exit", (status, signal) => done({ status, signal }));
  });
  await waitUntil(`the command of ${name}: ${stderr}`, () => isFilled(file("pid")));
  let count = 0;
  return {
    pid: child.pid ?? 0,
    child,
    cgroup: findCgroup(Number(readFileSync(file("pid"), "utf8"))),
    ended,
    stderr: () => stderr,
    async inside(script) {
      const number = count;
      count += 1;
      writeFileSync(file("new"), script);
      await pod.run(["mv", file("new"), `${file("do")}-${number}`]);
      await waitUntil(`the end of ${script}`, () => existsSync(`${file("done")}-${number}`));
      return readFileSync(`${file("done")}-${number}`, "utf8");
    },
    finish: () => writeFileSync(file("end"), ""),
  };
}

function isFilled(path: string): boolean {
  return existsSync(path) && statSync(path).size > 0;
}

function findCgroup(pid: number): string {
  const path = /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "utf8"))?.[1] ?? "";
  const root = /^\S+ (\S+) cgroup2 /m.exec(readFileSync("/proc/mounts", "utf8"))?.[1] ?? "";
  return join(root, path);
}

/** Pids of the programs that the process started. */
export function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1")
      .split(" ")
      .map(Number)
      .filter((child) => child > 0);
  } catch {
    return [];
  }
}

export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

/** Names of guards' tables in the pod. */
export async function guardTablesOf(pod: Machine): Promise<readonly string[]> {
  const { stdout } = await pod.run(["nft", "list", "tables"]);
  return [...stdout.matchAll(/^table inet (runner_guard\S*)$/gm)].map(([, name = ""]) => name);
}

export async function waitUntil(
  what: string,
  look: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}
