import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";

export interface RemovalOptions {
  readonly nft: string;
  /** What removes the table, as `toRemovalText` has it. */
  readonly text: string;
  /** Absolute: the table stays until this control group is empty, even when the guard is dead before. */
  readonly holdWhile?: string;
  /** Told when a child ended that should not have: somebody killed it, most likely. It is started again. */
  readonly onEnded: (program: string) => void;
}

/** Removes the table when the guard is gone, however it went; `dispose` removes it now. */
export interface RemovalOnDeath extends AsyncDisposable {
  /** How many of its children were started again. */
  readonly restarted: number;
  /** The guard is about to end, and the table is to stay until this control group is empty. */
  leaveUntilEmpty(cgroup: string): void;
  /** Another one sees to it from now on: the table stays. */
  giveUp(): void;
}

/** Of a child that ended at once: whoever kills it in a loop shall not make the guard spin. */
const RESTART_AFTER_MS = 50;
/** nft has nothing to do but to delete a table then. */
const REMOVAL_TIMEOUT_MS = 5_000;
const HOLDER = fileURLToPath(new URL("hold-until-empty.mjs", import.meta.url));

/**
 * nft reads its input to the end before it does anything. So one is started that has read what removes the table already,
 * and waits for an end that comes when the kernel closes the guard's descriptors.
 */
export function createRemovalOnDeath(options: RemovalOptions): RemovalOnDeath {
  let restarted = 0;
  let isDisposed = false;
  let children = startChildren(options);
  let timer: NodeJS.Timeout | undefined;

  const watch = (): void => {
    const watched = children;
    for (const child of watched.all) {
      const ended = (): void => {
        if (isDisposed || children !== watched || timer !== undefined) return;
        options.onEnded(child === watched.nft ? "nft" : "hold-until-empty");
        timer = setTimeout(restart, RESTART_AFTER_MS).unref();
      };
      child.once("exit", ended).once("error", ended);
    }
  };
  // The new ones first: a moment without any would be one in which the guard's death leaves the table behind.
  const restart = (): void => {
    timer = undefined;
    if (isDisposed) return;
    const old = children;
    children = startChildren(options);
    restarted += 1;
    watch();
    endWithoutRemoval(old);
  };
  watch();

  return {
    get restarted() {
      return restarted;
    },
    leaveUntilEmpty(cgroup) {
      if (isDisposed) return;
      isDisposed = true;
      clearTimeout(timer);
      if (options.holdWhile === cgroup) return;
      const old = children;
      children = startChildren({ ...options, holdWhile: cgroup });
      endWithoutRemoval(old);
    },
    giveUp() {
      if (isDisposed) return;
      isDisposed = true;
      clearTimeout(timer);
      endWithoutRemoval(children);
    },
    async [Symbol.asyncDispose]() {
      if (isDisposed) return;
      isDisposed = true;
      clearTimeout(timer);
      await endChildren(children);
    },
  };
}

interface Children {
  readonly nft: ChildProcess;
  readonly input: Writable;
  readonly all: readonly ChildProcess[];
}

/** In sessions of their own, so that a terminal's signals do not reach them, and without an environment. */
function startChildren({ nft: program, text, holdWhile }: RemovalOptions): Children {
  const nft = spawn(program, ["-f", "-"], {
    stdio: ["pipe", "ignore", "ignore"],
    env: {},
    detached: true,
  });
  const input = nft.stdin;
  // Whoever killed nft is noticed by its end.
  input.on("error", () => undefined);
  input.write(text);
  release(nft);
  if (holdWhile === undefined) return { nft, input, all: [nft] };
  const holder = spawn(process.execPath, [HOLDER, holdWhile], {
    stdio: ["pipe", "ignore", "ignore", input],
    env: {},
    detached: true,
  });
  release(holder);
  return { nft, input, all: [nft, holder] };
}

/** Neither a child nor its pipe keeps the guard alive. */
function release(child: ChildProcess): void {
  child.unref();
  if (child.stdin !== null && "unref" in child.stdin && typeof child.stdin.unref === "function") {
    child.stdin.unref();
  }
}

/** Killed before its input ends, so that it removes nothing. */
function endWithoutRemoval({ all, input }: Children): void {
  for (const child of all) child.kill("SIGKILL");
  input.destroy();
}

async function endChildren({ nft, input, all }: Children): Promise<void> {
  for (const child of all) if (child !== nft) child.kill("SIGKILL");
  if (nft.exitCode !== null || nft.signalCode !== null || nft.pid === undefined) return;
  nft.ref();
  const ended = once(nft, "exit", { signal: AbortSignal.timeout(REMOVAL_TIMEOUT_MS) });
  input.end();
  try {
    await ended;
  } catch {
    nft.kill("SIGKILL");
  }
}
