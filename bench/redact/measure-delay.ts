import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Whoever does not answer is ended by `timeout`, and the read below sees the end. */
const PATIENCE_SECONDS = 60;
/** About as long as between two lines of a build that is quick. */
const PAUSE_MS = 2;
const NEWLINE = 0x0a;

/** How long each line takes through the command, in milliseconds: the next one is written when the last one is there. */
export async function measureDelay(
  command: readonly string[],
  lines: readonly string[],
  directory: string,
): Promise<number[]> {
  const [input, output] = [makePipe(directory, "in"), makePipe(directory, "out")];
  const child = spawn("timeout", [String(PATIENCE_SECONDS), ...command], {
    stdio: [input.reader, output.writer, "inherit"],
  });
  // The command's alone from now on, so that its end is seen here, and the end of ours there.
  closeSync(input.reader);
  closeSync(output.writer);
  const pass = (line: string): number => {
    const begun = process.hrtime.bigint();
    writeSync(input.writer, `${line}\n`);
    readLine(output.reader);
    return Number(process.hrtime.bigint() - begun) / 1e6;
  };
  pass("this line waits for the start too");
  const delays: number[] = [];
  for (const line of lines) {
    delays.push(pass(line));
    pause();
  }
  closeSync(input.writer);
  await once(child, "exit");
  closeSync(output.reader);
  return delays;
}

function makePipe(directory: string, name: string): { reader: number; writer: number } {
  const path = join(directory, name);
  spawnSync("mkfifo", [path]);
  // One end without waiting for the other; then that one blocks like any pipe for whoever gets it.
  const opener = openSync(path, constants.O_RDWR);
  const ends = { reader: openSync(path, "r"), writer: openSync(path, "w") };
  closeSync(opener);
  unlinkSync(path);
  return ends;
}

function readLine(descriptor: number): void {
  const buffer = Buffer.alloc(65_536);
  for (;;) {
    const count = readSync(descriptor, buffer);
    if (count === 0) throw new Error("the command ended");
    if (buffer[count - 1] === NEWLINE) return;
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
