import { spawn, type SpawnOptions } from "node:child_process";

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly isTimedOut: boolean;
}

export interface RunToEndOptions extends SpawnOptions {
  readonly input?: string | Uint8Array | undefined;
  readonly timeoutMs?: number | undefined;
}

/** A guarded run takes a second, and a machine that others use too a while; what hangs is ended before its test is. */
const TIMEOUT_MS = 60_000;
/** Enough for every test's output; what goes beyond is cut off. */
const MAX_OUTPUT_BYTES = 16 << 20;

/** In a process group of its own, so that nothing which it started outlives a timeout. */
export async function runToEnd(
  argv: readonly string[],
  options: RunToEndOptions = {},
): Promise<Ended> {
  const { input, timeoutMs = TIMEOUT_MS, ...rest } = options;
  const [program = "", ...args] = argv;
  const child = spawn(program, args, { ...rest, stdio: "pipe", detached: true });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  child.stdin?.on("error", () => undefined).end(input ?? "");
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    killGroup(child.pid);
  }, timeoutMs);
  try {
    const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
      (resolve, reject) => {
        child.once("error", reject);
        child.once("close", (...ended) => resolve(ended));
      },
    );
    return { status, signal, stdout: stdout(), stderr: stderr(), isTimedOut };
  } finally {
    clearTimeout(timer);
  }
}

/** For building: what fails is a defect of the test's surroundings, and is thrown. */
export async function runOrThrow(argv: readonly string[], input = ""): Promise<string> {
  const { status, stdout, stderr } = await runToEnd(argv, { input });
  if (status !== 0) throw new Error(`${argv.join(" ")} (${status}): ${stderr}\n${input}`);
  return stdout;
}

export function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on("data", (chunk: Buffer) => {
    if (bytes < MAX_OUTPUT_BYTES) chunks.push(chunk);
    bytes += chunk.length;
  });
  return () => Buffer.concat(chunks).toString();
}
