/** Runs the real `runner-guard watch` in a machine of the little internet. */
import type { ChildProcess } from "node:child_process";
import { chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Report } from "../../protocol/index.ts";
import { onlyChildOf } from "../support/internet/mount-namespace.ts";
import type { Place } from "../support/internet/place.ts";
import type { Ended as Run } from "../support/internet/run-to-end.ts";
import { type Ended, end, GUARD, readReport } from "./guard.ts";
import { waitFor } from "./wait-for.ts";

export interface WatchOptions {
  /** The part `egress` of the policy; block mode where nothing is said. */
  readonly egress?: Readonly<Record<string, unknown>>;
  readonly flags?: readonly string[];
  /** argv that comes before the guard's. */
  readonly through?: readonly string[];
  /** In a process namespace of its own, in which it has the number 1. */
  readonly hasOwnNumbers?: boolean;
  /** Who the guard runs as. */
  readonly userId?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ReadyState {
  readonly pid: number;
  readonly runId: string;
  readonly mode: { readonly requested: string; readonly effective: string };
  readonly sensors: readonly { readonly name: string; readonly status: string }[];
  readonly enforcement: {
    readonly mechanism: string;
    readonly reason?: string;
    readonly builtIn: readonly { readonly id: string; readonly destinations: readonly string[] }[];
  };
}

export interface PodWatch {
  readonly ready: ReadyState;
  /** `runner-guard finish` and others. */
  ask(...args: readonly string[]): Promise<Run>;
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<Ended>;
  /** Without a word. */
  kill(): Promise<Ended>;
  report(): Report;
}

const OWN_NUMBERS = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];

/** In the order of their starts, so that a place can have more than one. */
let started = 0;

/** Comes about when the guard says that it is ready. */
export async function watchPod(pod: Place, options: WatchOptions = {}): Promise<PodWatch> {
  const { child, folder } = startWatch(pod, options);
  const ended = end(child);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await waitFor("the guard's line", () => {
    if (child.exitCode !== null) throw new Error(`the guard ended: ${said}`);
    return said.includes("runner-guard: ready: ");
  });
  const state = join(folder, "state");
  const ready: ReadyState = JSON.parse(readFileSync(join(state, "ready"), "utf8"));
  const send = (signal: NodeJS.Signals): void => {
    if (options.hasOwnNumbers === true)
      process.kill(onlyChildOf(onlyChildOf(child.pid ?? 0)), signal);
    else pod.signal(child, signal);
  };
  const endWith = (signal: NodeJS.Signals): Promise<Ended> => {
    send(signal);
    return ended;
  };
  return {
    ready,
    ask: (...args) => pod.run([GUARD, ...args, "--state-dir", state]),
    signal: send,
    stop: () => endWith("SIGTERM"),
    kill: () => endWith("SIGKILL"),
    report: () => readReport(join(folder, "report.json")),
  };
}

/** For one that is expected to be refused. */
export function watchInVain(pod: Place, options: WatchOptions = {}): Promise<Ended> {
  return end(startWatch(pod, options).child);
}

function startWatch(
  pod: Place,
  { egress, flags = [], through = [], hasOwnNumbers = false, userId = 0, env = {} }: WatchOptions,
): { child: ChildProcess; folder: string } {
  started += 1;
  const folder = join(pod.folder, `watch-${started}`);
  mkdirSync(folder);
  chownSync(folder, userId, userId);
  const policy = { version: 1, egress: { mode: "block", allow: [], ...egress } };
  writeFileSync(join(folder, "policy.yml"), JSON.stringify(policy));
  const numbers = hasOwnNumbers ? OWN_NUMBERS : [];
  const files = ["--policy", "policy.yml", "--report", "report.json"];
  const state = ["--state-dir", join(folder, "state"), "--quiet"];
  const argv = [...numbers, ...through, GUARD, "watch", ...files, ...state, ...flags];
  const child = pod.start(argv, { cwd: folder, env: { HOME: folder, TMPDIR: folder, ...env } });
  return { child, folder };
}

/** argv that takes everything but these capabilities from a user. */
export function asUser(userId: number, capabilities: readonly string[]): string[] {
  const given = capabilities.map((name) => `+${name}`).join(",");
  return [
    "setpriv",
    `--reuid=${userId}`,
    `--regid=${userId}`,
    "--clear-groups",
    `--inh-caps=-all${given === "" ? "" : `,${given}`}`,
    `--ambient-caps=-all${given === "" ? "" : `,${given}`}`,
    "--no-new-privs",
  ];
}

/** Runs a text for `sh` in the place. */
export async function shell(place: Place, text: string): Promise<Run> {
  return place.run(["sh", "-c", text]);
}
