import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createWriter } from "../../../collector/storage/sqlite/writer.ts";

const FACT = { kind: "keep-fact", name: "a", value: "b" } as const;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("a thread that dies", () => {
  test.each([
    ["by an error", "dying-thread.ts", "something that nobody thought of"],
    ["without one", "leaving-thread.ts", "the thread that writes has ended"],
  ])("%s is told of, and all that waits or comes is refused", async (_, program, message) => {
    const ends: Error[] = [];
    await using writer = await createWriter({
      directory,
      onFault: () => undefined,
      onEnd: (error) => ends.push(error),
      program: new URL(`./programs/${program}`, import.meta.url),
    });
    const results = await Promise.allSettled([writer.write(FACT), writer.write(FACT)]);
    const late = await Promise.allSettled([writer.write(FACT)]);

    expect([...results, ...late]).toMatchObject(
      Array.from({ length: 3 }, () => ({ status: "rejected", reason: { code: "storage-failed" } })),
    );
    expect(ends).toMatchObject([{ message }]);
    expect(writer.load).toEqual({ writes: 0, bytes: 0 });
  });
});

test("a disk that hangs is waited for by so many, and no more", async () => {
  await using writer = await createWriter({
    directory,
    onFault: () => undefined,
    onEnd: () => undefined,
    maxLoad: { writes: 2, bytes: 100 },
    program: new URL("./programs/hanging-thread.ts", import.meta.url),
  });
  const command = {
    runId: "a",
    number: 1,
    kind: "kill",
    body: "x".repeat(100),
    askedAt: 0,
  } as const;
  const waiting = [writer.write(FACT), writer.write({ kind: "add-command", command })];

  await expect(writer.write(FACT)).rejects.toMatchObject({ code: "too-fast" });
  expect(writer.load).toEqual({ writes: 2, bytes: 100 });
  expect(waiting).toHaveLength(2);
});

test("what comes while the thread is at work crosses together", async () => {
  const faults: string[] = [];
  await using writer = await createWriter({
    directory,
    onFault: (fault) => faults.push(fault),
    onEnd: () => undefined,
    program: new URL("./programs/counting-thread.ts", import.meta.url),
  });
  const writes = [writer.write(FACT)];
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise(setImmediate);
    writes.push(writer.write(FACT));
  }
  await Promise.allSettled(writes);

  expect(faults).toEqual(["message 1", "message 2", "message 2", "message 2"]);
});
