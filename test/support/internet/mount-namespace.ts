import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { killGroup, runOrThrow } from "./run-to-end.ts";

export interface MountNamespaceOptions {
  /** Path of the network namespace that the holder lives in, so that whoever clears that one ends the holder too. */
  readonly network: string;
  readonly folder: string;
  readonly ownProcesses: boolean;
  /** Files that are seen inside in the place of the machine's: path → text. */
  readonly files: Readonly<Record<string, string>>;
}

export interface MountNamespace extends AsyncDisposable {
  /** As the machine sees it: whose namespaces are the ones to enter. */
  readonly holderPid: number;
}

/**
 * The machine's files with a few of their own in their place. /sys stays as it is, and with it the cgroup tree. Held by a
 * `cat`, which ends with the pipe to this process: nothing is left of it when this process is killed.
 */
export async function createMountNamespace(
  options: MountNamespaceOptions,
): Promise<MountNamespace> {
  const pidArguments = options.ownProcesses
    ? ["--pid", "--fork", "--kill-child", "--mount-proc"]
    : [];
  const child = spawn(
    "nsenter",
    [
      `--net=${options.network}`,
      "unshare",
      "--mount",
      "--propagation",
      "slave",
      ...pidArguments,
      "cat",
    ],
    { stdio: ["pipe", "pipe", "inherit"], detached: true },
  );
  child.stdin.on("error", () => undefined).write("ready\n");
  const [first] = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  if (String(first) !== "ready\n") throw new Error(`unshare --mount ended with ${String(first)}`);
  const holderPid = options.ownProcesses ? onlyChildOf(child.pid ?? 0) : (child.pid ?? 0);
  await putInPlace(holderPid, options);
  return {
    holderPid,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      killGroup(child.pid);
      await ended;
    },
  };
}

async function putInPlace(pid: number, options: MountNamespaceOptions): Promise<void> {
  const lines = Object.entries(options.files).map(([path, text]) => {
    const source = join(options.folder, path.replaceAll("/", "_"));
    writeFileSync(source, text);
    return `${source} ${path} none bind 0 0\n`;
  });
  const table = join(options.folder, "fstab");
  writeFileSync(table, lines.join(""));
  // mount(8) asks /proc, which knows only the processes of its own namespace.
  const namespaces = ["--mount", ...(options.ownProcesses ? ["--pid"] : [])];
  const enter = ["nsenter", `--target=${pid}`, ...namespaces];
  await runOrThrow([...enter, "mount", "--all", "--fstab", table]);
  for (const [path, text] of Object.entries(options.files)) {
    // Otherwise a program in there would write to the machine's own file.
    if (readFileSync(`/proc/${pid}/root${path}`, "utf8") !== text)
      throw new Error(`${path} is the machine's`);
  }
}

export function onlyChildOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim().split(" ")[0]);
}
