/** Runs the real `bin/runner-guard`, as a user would. */
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { type Report, reportSchema } from "../../protocol/report.ts";

const checkout = resolve(import.meta.dirname, "../..");
export const GUARD = join(checkout, "bin/runner-guard");

/** Far beyond what any of these runs takes; it makes a hang fail its own test. */
const DEADLINE_MS = 90_000;
/** Brings loopback up and then becomes the program. */
const OWN_NETWORK = ["unshare", "--net", "--", "sh", "-c", 'ip link set lo up; exec "$@"', "sh"];
const OWN_MOUNTS = ["unshare", "--mount", "--"];
const MARK = "RUNNER_GUARD_E2E_MARK";

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface StartOptions {
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Buffer | string;
  readonly stdio?: StdioOptions;
  /** In a network namespace of its own, where loopback is up. */
  readonly inOwnNetwork?: boolean;
  /** In a mount namespace of its own, which takes all mounts with it. */
  readonly inOwnMounts?: boolean;
  /** In a session of its own, so that a signal for its group reaches nobody else. */
  readonly detached?: boolean;
}

/** A folder of a test's own. What is started in it carries a mark by which it is found again. */
export class Workplace implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "guard-e2e-"));
  /** Where programs put their temporary files. */
  readonly temporary = mkdtempSync(join(tmpdir(), "guard-tmp-"));
  readonly mark = randomUUID();

  [Symbol.dispose](): void {
    for (const pid of this.processes()) kill(pid);
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.temporary, { recursive: true, force: true });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text = ""): void {
    writeFileSync(this.path(name), text);
  }

  start(args: readonly string[], options: StartOptions = {}): ChildProcess {
    const { program = GUARD, env = {}, stdio = "pipe", detached = false } = options;
    const [first = "", ...rest] = [
      ...(options.inOwnNetwork ? OWN_NETWORK : []),
      ...(options.inOwnMounts ? OWN_MOUNTS : []),
      program,
      ...args,
    ];
    return spawn(first, rest, {
      cwd: this.folder,
      env: { ...process.env, TMPDIR: this.temporary, [MARK]: this.mark, ...env },
      stdio,
      detached,
    });
  }

  async run(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
    const child = this.start(args, options);
    child.stdin?.on("error", () => undefined).end(options.input);
    return end(child);
  }

  /** `runner-guard run <options> --report … -- <command>`, and what the report says. */
  async report(
    options: readonly string[],
    command: readonly string[],
    start: StartOptions = {},
  ): Promise<{ report: Report; ended: Ended }> {
    const file = this.path(`report-${randomUUID()}.json`);
    const ended = await this.run(["run", ...options, "--report", file, "--", ...command], start);
    return { report: readReport(file), ended };
  }

  /** Processes that were started from here, and everything that they started. */
  processes(): number[] {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => pid > 0 && environmentOf(pid).includes(`${MARK}=${this.mark}`));
  }

  /** What a guard that has ended should not have left. */
  remains(): { processes: number[]; files: string[] } {
    return { processes: this.processes(), files: readdirSync(this.temporary) };
  }
}

export function readReport(file: string): Report {
  return reportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** Waits for the end of a process and all its output. */
export async function end(child: ChildProcess): Promise<Ended> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  const { promise, resolve: finish, reject } = Promise.withResolvers<Ended>();
  const text = () => Buffer.concat(stderr).toString();
  const timer = setTimeout(() => {
    reject(new Error(`did not end within ${DEADLINE_MS} ms; it said: ${text()}`));
  }, DEADLINE_MS);
  child.on("error", reject);
  child.on("close", (status, signal) => {
    finish({ status, signal, stdout: Buffer.concat(stdout), stderr: text() });
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
