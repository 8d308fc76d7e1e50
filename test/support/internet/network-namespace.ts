import { readdirSync, readlinkSync, statSync } from "node:fs";

import { runOrThrow, runToEnd } from "./run-to-end.ts";

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
  killThoseIn(new Set(names.map(toInode).filter((it) => it !== undefined)));
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

/** Twice, since a process may have forked while the list was read; bounded, since a fork bomb may go on. */
function killThoseIn(inodes: ReadonlySet<number>): void {
  for (let round = 0; round < 10; round += 1) {
    const pids = readdirSync("/proc").filter((it) => /^\d+$/.test(it) && isIn(it, inodes));
    if (pids.length === 0) return;
    for (const pid of pids) kill(Number(pid));
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
