/** A thread of the guard's from which the command is started with fewer capabilities, for good, than the guard has. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

import koffi from "koffi";

import type { SpawnCall } from "./posix-spawn.ts";

/** As spawn-thread.mjs has them. */
const ASKED = 1;
const ANSWERED = 2;
const LOWER_AMBIENT = 1;
const WITHHOLD = 2;
const SPAWN = 3;
const FORBID_GAINS = 4;
const SET_GROUPS = 5;

/** Starting a program takes milliseconds; a thread that does not answer must not hold the guard forever. */
const TIMEOUT_MS = 30_000;
/** It does nothing but a few calls; less is refused by V8. */
const LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };

/**
 * The thread has to live as long as the command: the kernel takes the end of the thread that started a process for the end
 * of its parent, and the process may have asked to end with that (PR_SET_PDEATHSIG).
 */
export interface SpawnThread extends AsyncDisposable {
  lowerAmbient(capability: number): void;
  /**
   * From then on no program that this thread executes has it, whoever it becomes. False where that may not be decided here
   * (it takes SETPCAP); then it is not inherited, but may be gained.
   */
  withhold(capability: number): boolean;
  /** From then on no program that this thread executes gets a right by that: not by set-user-id files, nor ambient ones. */
  forbidGains(): boolean;
  /** Supplementary groups, of this thread alone. */
  setGroups(groups: readonly number[]): boolean;
  readonly spawn: SpawnCall;
}

/** Is there when this returns: making it while the command is awaited would put the guard into the command's cgroup for long. */
export async function createSpawnThread(): Promise<SpawnThread> {
  const words = new Int32Array(new SharedArrayBuffer(12));
  const numbers = new BigUint64Array(new SharedArrayBuffer(48));
  const worker = new Worker(new URL("spawn-thread.mjs", import.meta.url), {
    workerData: { words, numbers },
    env: {},
    execArgv: [],
    // Else it would take those of the process, which are the command's.
    stdout: true,
    stderr: true,
    resourceLimits: LIMITS,
  });
  await untilReady(worker, words);
  worker.unref();

  /** Blocks: what is asked is part of something that has to happen at once. */
  const ask = (what: number, values: readonly bigint[]): number => {
    words[1] = what;
    numbers.set(values);
    Atomics.store(words, 0, ASKED);
    Atomics.notify(words, 0);
    if (Atomics.wait(words, 0, ASKED, TIMEOUT_MS) === "timed-out") {
      throw new Error(`the thread that starts the command did not answer in ${TIMEOUT_MS} ms`);
    }
    return words[2] ?? -1;
  };
  return {
    lowerAmbient: (capability) => void ask(LOWER_AMBIENT, [BigInt(capability)]),
    withhold: (capability) => ask(WITHHOLD, [BigInt(capability)]) === 0,
    forbidGains: () => ask(FORBID_GAINS, []) === 0,
    setGroups(groups) {
      const list = Uint32Array.from(groups);
      const isSet = ask(SET_GROUPS, [BigInt(groups.length), koffi.address(list)]) === 0;
      // It was an address alone, so what it points at has to be in use until here.
      list.fill(0);
      return isSet;
    },
    spawn: (addresses) => ask(SPAWN, addresses),
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

async function untilReady(worker: Worker, words: Int32Array): Promise<void> {
  const ended = once(worker, "exit");
  const answered = Atomics.waitAsync(words, 0, 0, TIMEOUT_MS).value;
  // Rejects with the error that ended it.
  await Promise.race([ended, answered]);
  ended.catch(() => undefined);
  if (Atomics.load(words, 0) !== ANSWERED) throw new Error("no thread to start the command from");
}
