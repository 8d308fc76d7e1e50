/** A feeder in a process of its own, with a spool of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import type { CollectorProcess } from "../../test/agent/stream/support/collector-process.ts";
import type { FeederOptions, Progress } from "./feeder.ts";

const FEEDER = fileURLToPath(new URL("feeder.ts", import.meta.url));

class Feeding implements Disposable {
  last: Progress | undefined;
  readonly #child: ChildProcess;
  readonly #folder: string;

  constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  async end(): Promise<void> {
    this.#child.stdin?.end();
    await once(this.#child, "close");
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export function startFeeder(
  { url, agentToken: token }: CollectorProcess,
  pace: Pick<FeederOptions, "events" | "eventsPerSecond" | "isIdle">,
): Feeding {
  const folder = mkdtempSync(join(tmpdir(), "stream-bench-"));
  const options: FeederOptions = {
    urls: [url],
    token,
    spoolDirectory: folder,
    maxBytes: 268_435_456,
    policy: "keep-oldest",
    name: "bench",
    flushTimeoutMs: 60_000,
    ...pace,
  };
  const child = spawn(process.execPath, [FEEDER, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const feeding = new Feeding(child, folder);
  createInterface({ input: child.stdout }).on("line", (line) => {
    feeding.last = JSON.parse(line);
  });
  return feeding;
}
