import { closeSync, writeSync } from "node:fs";

import { expect, test } from "vitest";

import { loadTerminalLibc } from "../../../../agent/job/terminal-libc.ts";
import { createReadiness } from "../../../../agent/redact/pump/readiness.ts";

/** What a pipe holds (pipe(7)). */
const PIPE_BYTES = 65_536;
const WAIT_MS = 200;

test("an input that has ended wakes nobody who waits for the output", async () => {
  using input = openPipe();
  using output = openPipe();
  using readiness = createReadiness(input.read, output.write);
  input.closeWriter();
  writeSync(output.write, Buffer.alloc(PIPE_BYTES));
  const until = performance.now() + WAIT_MS;
  const ready = await readiness.wait("output", until);

  expect(ready.isWritable).toBe(false);
  expect(performance.now()).toBeGreaterThanOrEqual(until);
  expect(readiness.look("input").isReadable).toBe(true);
});

test("an output without a reader wakes who waits for the input", async () => {
  using input = openPipe();
  using output = openPipe();
  using readiness = createReadiness(input.read, output.write);
  output.closeReader();
  const ready = await readiness.wait("input", Number.POSITIVE_INFINITY);

  expect(ready).toEqual({ isReadable: false, isWritable: false, isReaderGone: true });
});

function openPipe() {
  const pipe = loadTerminalLibc().openPipe();
  if (pipe === undefined) throw new Error("no pipe is to be had");
  const open = new Set([pipe.read, pipe.write]);
  const close = (end: number): void => {
    if (open.delete(end)) closeSync(end);
  };
  return {
    ...pipe,
    closeReader: () => close(pipe.read),
    closeWriter: () => close(pipe.write),
    [Symbol.dispose]() {
      close(pipe.read);
      close(pipe.write);
    },
  };
}
