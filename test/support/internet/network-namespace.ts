import { readdirSync, readlinkSync, statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import { runOrThrow, runToEnd } from "./run-to-end.ts";

/** A killed process is gone in milliseconds, but for a machine that is busy with others. */
const END_WITHIN_MS = 5000;

export interface NetworkNamespace {
  readonly name: string;
  readonly path: string;
  /** Commands of ip(8), one a line, inside. */
  configure(commands: readonly string[]): Promise<void>;
  /** Ends every process that lives in it, then takes it away. */
  remove(): Promise<void>;
}

/** `ip -batch`, so that a whole namespace costs two processes. */
export async function createNetworkNamespace(name: string): Promise<NetworkNamespace> {
  await runOrThrow(["ip", "netns", "add", name]);
  return {
    name,
    path: toPath(name),
    async configure(commands) {
      await runOrThrow(["ip", "-n", name, "-batch", "-"], `${commands.join("\n")}\n`);
    },
    async remove() {
      await removeNetworkNamespaces([name]);
    },
  };
}

export async function removeNetworkNamespaces(names: readonly string[]): Promise<void> {
  await endThoseIn(new Set(names.map(toInode).filter((it) => it !== undefined)));
  const deletions = names.map((name) => `netns del ${name}\n`).join("");
  await runToEnd(["ip", "-force", "-batch", "-"], { input: deletions });
}

export function listNetworkNamespaces(): string[] {
  try {
    return readdirSync("/run/netns");
  } catch {
    return [];
  }
}

function toPath(name: string): string {
  return `/run/netns/${name}`;
}

function toInode(name: string): number | undefined {
  return statSync(toPath(name), { throwIfNoEntry: false })?.ino;
}

/** Again and again, since a process may have forked while the list was read; bounded, since a fork bomb may go on. */
async function endThoseIn(inodes: ReadonlySet<number>): Promise<void> {
  const deadline = Date.now() + END_WITHIN_MS;
  while (Date.now() < deadline) {
    const pids = readdirSync("/proc").filter((it) => /^\d+$/.test(it) && isIn(it, inodes));
    if (pids.length === 0) return;
    for (const pid of pids) kill(Number(pid));
    await wait(1);
  }
}

function isIn(pid: string, inodes: ReadonlySet<number>): boolean {
  try {
    const link = readlinkSync(`/proc/${pid}/ns/net`);
    return inodes.has(Number(link.slice("net:[".length, -1)));
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
