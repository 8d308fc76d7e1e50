import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A shell that is told what to do while the sensor watches. It is a child of the guard's; what it starts is not. */
export interface Starter extends AsyncDisposable {
  readonly pid: number;
  /** Runs one line and returns the line that it wrote. */
  ask(line: string): Promise<string>;
  /** Runs a program to its end and returns its pid. */
  run(...argv: readonly string[]): Promise<number>;
}

/** `through` is argv that comes before the shell's. */
export async function startStarter(
  through: readonly string[] = ["/usr/bin/env"],
): Promise<Starter> {
  const [program = "", ...args] = through;
  const child = spawn(program, [...args, "/bin/sh"], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (line: string): Promise<string> => {
    child.stdin.write(`${line}\n`);
    return String((await lines.next()).value);
  };
  await ask("echo ready");
  return {
    pid: child.pid ?? 0,
    ask,
    async run(...argv) {
      const quoted = argv.map((argument) => `'${argument.replaceAll("'", "'\\''")}'`);
      return Number(await ask(`${quoted.join(" ")} >/dev/null & pid=$!; wait $pid; echo $pid`));
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}
