import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program that answers each line on its input with a line. */
export interface Driven extends AsyncDisposable {
  readonly child: ChildProcess;
  ask(line: string): Promise<string>;
  nextLine(): Promise<string>;
  /** Closes its input, and waits for its end; the lines that came meanwhile. Throws where it failed. */
  end(): Promise<readonly string[]>;
}

/** A benchmark's longest block. */
const ANSWER_WITHIN_MS = 120_000;

export function drive(child: ChildProcess): Driven {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("a driven program needs pipes");
  stdin.on("error", () => undefined);
  const errors: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const ended = once(child, "close");
  // Awaited by those who ask; nobody asks when it is killed.
  ended.catch(() => undefined);
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const toError = (): Error =>
    new Error(`${child.spawnargs.at(-1)} ended (${child.exitCode}): ${errors.join("")}`);
  const nextLine = async (): Promise<string> => {
    const timer = setTimeout(() => child.kill("SIGKILL"), ANSWER_WITHIN_MS);
    const line = await lines.next();
    clearTimeout(timer);
    if (!line.done) return line.value;
    await ended;
    throw toError();
  };
  return {
    child,
    nextLine,
    ask(line) {
      stdin.write(`${line}\n`);
      return nextLine();
    },
    async end() {
      stdin.end();
      const rest: string[] = [];
      for (let line = await lines.next(); !line.done; line = await lines.next())
        rest.push(line.value);
      await ended;
      if (child.exitCode !== 0) throw toError();
      return rest;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // Not "close": what it has started may hold the pipes.
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      stdout.destroy();
    },
  };
}

/** Numbers with blanks between them. */
export function parseNumbers(line: string): number[] {
  return line
    .split(" ")
    .filter((word) => word !== "")
    .map(Number);
}
