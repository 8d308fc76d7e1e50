import { spawn } from "node:child_process";

export interface TimedRun {
  readonly exitCode: number | null;
  /** What ended it, where it has no status. */
  readonly signal: NodeJS.Signals | null;
  /** From before the program was started to after its end was known. */
  readonly wallMs: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TimedRunOptions {
  readonly timeoutMs: number;
  /** Told the process's id as soon as it is known. */
  readonly onStart?: (pid: number) => void;
}

/** Runs a command to its end. One that takes longer than `timeoutMs` is asked to end, and the run is refused. */
export async function runTimed(
  command: readonly string[],
  options: TimedRunOptions,
): Promise<TimedRun> {
  const [program = "", ...args] = command;
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const begun = process.hrtime.bigint();
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], signal: deadline });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  if (child.pid !== undefined) options.onStart?.(child.pid);

  const end = await new Promise<Pick<TimedRun, "exitCode" | "signal">>((resolve, reject) => {
    child.on("error", (cause) =>
      reject(new Error(`${command.join(" ")} did not run within its time`, { cause })),
    );
    child.on("close", (exitCode, signal) => resolve({ exitCode, signal }));
  });
  return { ...end, wallMs: Number(process.hrtime.bigint() - begun) / 1e6, ...output };
}
