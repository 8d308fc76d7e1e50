/** A collector as it runs: its command, in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { COMPILE_CACHE } from "../../support/compile-cache.ts";

const COMMAND = join(import.meta.dirname, "../../../bin/runner-guard-collector");

export interface CollectorProcess extends AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;
  /** All that it has said on standard error. */
  readonly said: () => string;
  readonly residentBytes: () => number;
  /** Its exit status and signal. */
  end(signal: NodeJS.Signals): Promise<unknown[]>;
}

export interface CollectorProcessOptions {
  readonly dataDir: string;
  readonly agentToken: string;
  readonly adminToken: string;
  readonly args?: readonly string[];
  /** Another one than the checkout's. */
  readonly command?: string;
}

/** Throws what it said where it does not start. */
export async function startCollectorProcess(
  options: CollectorProcessOptions,
): Promise<CollectorProcess> {
  const { dataDir, agentToken, adminToken, args = [], command = COMMAND } = options;
  const child = spawn(
    command,
    ["serve", "--listen", "127.0.0.1:0", "--data-dir", dataDir, ...args],
    {
      env: {
        PATH: "/usr/bin:/bin",
        NODE_COMPILE_CACHE: COMPILE_CACHE,
        RUNNER_GUARD_AGENT_TOKEN: agentToken,
        RUNNER_GUARD_ADMIN_TOKEN: adminToken,
      },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const exited = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on("data", () => {
      const found = /ready: (\S+),/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => reject(new Error(`it ended with: ${text}`)));
  });
  const end = async (signal: NodeJS.Signals): Promise<unknown[]> => {
    child.kill(signal);
    return exited;
  };
  return {
    url,
    child,
    said: () => text,
    residentBytes: () => readResidentBytes(child),
    end,
    async [Symbol.asyncDispose]() {
      await end("SIGKILL");
    },
  };
}

function readResidentBytes({ pid }: ChildProcess): number {
  const [, kilobytes = "0"] =
    /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
  return Number(kilobytes) * 1_024;
}
