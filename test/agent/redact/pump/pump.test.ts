import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { WORD } from "./masking-stream.ts";
import type { PumpDescriptorsOptions } from "./pump-descriptors.ts";

const PROGRAM = join(import.meta.dirname, "pump-descriptors.ts");
const MEBIBYTE = 1_048_576;
const toldSchema = z.looseObject({ status: z.string(), maxKilobytes: z.number() });

describe("what goes in comes out", () => {
  test("bytes that are no text, in megabytes", async () => {
    const bytes = randomBytes(8_000_000);
    const { stdout, told } = await pumpThrough(bytes);

    expect(stdout.equals(bytes)).toBe(true);
    expect(told.status).toBe("ended");
  });

  test("but for what the stream masks", async () => {
    const { stdout } = await pumpThrough(`a ${WORD}\n`.repeat(100_000));

    expect(stdout.toString()).toBe("a ***\n".repeat(100_000));
  });

  test("nothing of nothing", async () => {
    const { stdout, told } = await pumpThrough("");

    expect(stdout).toHaveLength(0);
    expect(told.status).toBe("ended");
  });

  test("from a file to the end of a file", async () => {
    using folder = new Folder();
    const bytes = randomBytes(3_000_000);
    writeFileSync(folder.path("in"), bytes);
    writeFileSync(folder.path("out"), "before ");
    const { told } = await inShell("PUMP <in >>out", folder);

    expect(told.status).toBe("ended");
    expect(
      readFileSync(folder.path("out")).equals(Buffer.concat([Buffer.from("before "), bytes])),
    ).toBe(true);
  });

  test("through descriptors that somebody made non-blocking", async () => {
    const { stdout, told } = await inShell(
      `head -c 3M /dev/zero | tr '\\0' '\\n' | PUMP '{"isNonBlocking":true}' | (sleep 0.3; wc -c)`,
    );

    expect(stdout.toString().trim()).toBe(String(3 * MEBIBYTE));
    expect(told.status).toBe("ended");
  });
});

describe("a begun line", () => {
  test("is shown after a silence, but not what may be the start of a secret", async () => {
    const child = start();
    const shown = once(child.stdout ?? child, "data");
    child.stdin?.write(`Password: ${WORD.slice(0, 4)}`);

    expect(String((await shown)[0])).toBe("Password: ");

    const ended = outcomeOf(child);
    child.stdin?.end(WORD.slice(4));

    expect((await ended).stdout.toString()).toBe("***");
  });

  test("is shown at the end", async () => {
    expect((await pumpThrough("no newline")).stdout.toString()).toBe("no newline");
  });
});

describe("a reader", () => {
  test("that goes is noticed, though nothing is to be written", async () => {
    const child = start();
    child.stdin?.write("first\n");
    await once(child.stdout ?? child, "data");
    child.stdout?.destroy();

    expect((await outcomeOf(child)).told.status).toBe("reader-gone");
  });

  test("that has enough ends what would have no end", async () => {
    const { stdout, told } = await inShell("yes | PUMP | head -c 5");

    expect(stdout.toString()).toBe("y\ny\ny");
    expect(told.status).toBe("reader-gone");
  });

  test("that stalls holds up whoever writes, and memory does not grow", async () => {
    const script = "head -c 300M /dev/zero | tr '\\0' '\\n' | PUMP | (sleep 1; sha256sum)";
    const { stdout, told } = await inShell(script);
    const hash = createHash("sha256");
    for (let count = 0; count < 300; count += 1) hash.update(Buffer.alloc(MEBIBYTE, "\n"));

    expect(stdout.toString()).toContain(hash.digest("hex"));
    expect(told.status).toBe("ended");
    expect(told.maxKilobytes).toBeLessThan(200_000);
  });
});

describe("what fails", () => {
  test("is a device that is full", async () => {
    const { told } = await inShell("echo text | PUMP >/dev/full");

    expect(told).toMatchObject({ status: "failed", side: "output", error: "ENOSPC" });
  });

  test("is an input that cannot be read", async () => {
    const { told } = await inShell("PUMP </");

    expect(told).toMatchObject({ status: "failed", side: "input", error: "EISDIR" });
  });
});

describe("stopped", () => {
  test("it shows what is there, and does not wait for an end that does not come", async () => {
    const child = start({ stopMs: 300 });
    child.stdin?.write("a line\nand a begun one");
    const { stdout, told } = await outcomeOf(child);

    expect(stdout.toString()).toBe("a line\nand a begun one");
    expect(told.status).toBe("stopped");
  });

  test("it ends though the input never stops coming", async () => {
    const { told } = await inShell(`yes | PUMP '{"stopMs":50}' | cat >/dev/null`);

    expect(told.status).toBe("stopped");
  });

  test("it shows all that was in the pipe, however late it is read", async () => {
    // The writer keeps the pipe open, and has filled it before the pump starts.
    const script = `(head -c 60000 /dev/zero; sleep 1000 & echo $! >pid) | (until [ -s pid ]; do sleep 0.01; done; PUMP '{"stopMs":0}') | wc -c; kill $(cat pid)`;
    using folder = new Folder();
    const { stdout, told } = await inShell(script, folder);

    expect(stdout.toString().trim()).toBe("60000");
    expect(told.status).toBe("stopped");
  });

  test("it says that the input ended where it did in time", async () => {
    const { told } = await inShell(`echo text | PUMP '{"stopMs":20000}'`);

    expect(told.status).toBe("ended");
  });
});

class Folder implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "pump-"));

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  path(name = ""): string {
    return join(this.#folder, name);
  }
}

interface Outcome {
  readonly stdout: Buffer;
  readonly told: z.infer<typeof toldSchema>;
}

function start(options: PumpDescriptorsOptions = {}): ChildProcess {
  return spawn(process.execPath, [PROGRAM, "0", "1", JSON.stringify(options)]);
}

function pumpThrough(input: string | Buffer): Promise<Outcome> {
  const child = start();
  const ended = outcomeOf(child);
  child.stdin?.end(input);
  return ended;
}

/** PUMP in the script is the pump, from standard input to standard output. */
function inShell(script: string, folder?: Folder): Promise<Outcome> {
  const text = script.replace("PUMP", '"$node" "$program" 0 1');
  return outcomeOf(
    spawn("sh", ["-c", text], {
      cwd: folder?.path(),
      env: { ...process.env, node: process.execPath, program: PROGRAM },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, "close");
  return { stdout: Buffer.concat(stdout), told: toldSchema.parse(JSON.parse(stderr)) };
}
