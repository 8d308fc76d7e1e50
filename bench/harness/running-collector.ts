/** A collector as operators start it, and what it costs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

export interface RunningCollector extends AsyncDisposable {
  readonly url: string;
  readCpuSeconds(): { readonly user: number; readonly system: number };
  readBytes(line: "VmHWM" | "VmRSS"): number;
}

export interface CollectorToRun {
  readonly dataDir: string;
  /** Tokens. */
  readonly environment: Readonly<Record<string, string>>;
  /** The one that it may run on. */
  readonly processor?: number;
}

const COMMAND = fileURLToPath(new URL("../../bin/runner-guard-collector", import.meta.url));

export async function startCollector(toRun: CollectorToRun): Promise<RunningCollector> {
  const { dataDir, environment, processor } = toRun;
  const serve = [COMMAND, "serve", "--listen", "127.0.0.1:0", "--data-dir", dataDir] as const;
  // taskset becomes the collector by exec.
  const pinned = processor === undefined ? [] : ["taskset", "-c", String(processor)];
  const [command, ...args] = [...pinned, ...serve];
  const collector = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const stop = async (): Promise<void> => {
    if (collector.exitCode !== null || collector.signalCode !== null) return;
    collector.kill("SIGTERM");
    await once(collector, "exit");
  };
  const { pid } = collector;
  return {
    url: await readUrl(collector.stderr).catch(async (error: unknown) => {
      await stop();
      throw error;
    }),
    readCpuSeconds: () => readCpuSeconds(pid),
    readBytes: (line) => readBytes(pid, line),
    [Symbol.asyncDispose]: stop,
  };
}

async function readUrl(said: Readable): Promise<string> {
  let text = "";
  for await (const chunk of said.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    const url = /ready: (\S+),/.exec(text)?.[1];
    if (url === undefined) continue;
    // A line for each run: what nobody reads is waited for.
    said.resume();
    return url;
  }
  throw new Error(`the collector did not start: ${text}`);
}

/** Fields 14 and 15 of proc_pid_stat(5), in ticks of 10 ms. */
function readCpuSeconds(pid: number | undefined): { user: number; system: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  return { user: Number(fields[11]) / 100, system: Number(fields[12]) / 100 };
}

function readBytes(pid: number | undefined, line: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const [, kilobytes = "0"] = new RegExp(`${line}:\\s+(\\d+) kB`).exec(status) ?? [];
  return Number(kilobytes) * 1_024;
}
