import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startCommand } from "../../../agent/job/guarded-command.ts";

const searchPath = "/usr/bin:/bin";
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "guarded-command-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("a command that ends", () => {
  test.each([
    [["true"], { exitCode: 0, signal: null }],
    [["sh", "-c", "exit 42"], { exitCode: 42, signal: null }],
    [["sh", "-c", "kill -KILL $$"], { exitCode: null, signal: "SIGKILL" }],
    [["sh", "-c", "kill -ABRT $$"], { exitCode: null, signal: "SIGABRT" }],
  ])("%j tells its status or signal", async (command, exit) => {
    const { exited } = await startCommand(command, { searchPath });

    expect(await exited).toEqual(exit);
  });

  test("cannot be sent anything any more, and that is no failure", async () => {
    const command = await startCommand(["true"], { searchPath });
    await command.exited;

    expect(command.kill("SIGKILL")).toBe(true);
  });
});

test("a command that runs has a pid, and ends by the signal that it is sent", async () => {
  const command = await startCommand(["sleep", "60"], { searchPath });

  expect(existsSync(`/proc/${command.pid}`)).toBe(true);
  expect(command.kill("SIGTERM")).toBe(true);
  expect(await command.exited).toEqual({ exitCode: null, signal: "SIGTERM" });
});

describe("what cannot be started is refused with what to do", () => {
  test.each([
    ["runner-guard-no-such-program", "command-not-found", "was not found in PATH"],
    ["/no/such/program", "command-not-found", "was not found"],
    ["", "command-not-found", '"" was not found'],
    ["a\nb\u001b[2J", "command-not-found", String.raw`"a\nb\u001b[2J" was not found in PATH`],
    ["/etc/passwd/x", "command-not-executable", "cannot be executed (ENOTDIR)"],
    [`/${"x".repeat(5_000)}`, "command-not-executable", "cannot be executed (ENAMETOOLONG)"],
  ])("%j", async (program, code, message) => {
    await expect(startCommand([program], { searchPath })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test("a file that may not be executed", async () => {
    const path = join(directory, "plain");
    writeFileSync(path, "#!/bin/sh\n", { mode: 0o644 });

    await expect(startCommand([path])).rejects.toMatchObject({
      code: "command-not-executable",
      message: expect.stringContaining("may not be executed"),
    });
  });

  test("a directory", async () => {
    mkdirSync(join(directory, "folder"));

    await expect(startCommand([join(directory, "folder")])).rejects.toMatchObject({
      code: "command-not-executable",
    });
  });

  test("a script whose interpreter is not there", async () => {
    const path = join(directory, "script");
    writeFileSync(path, "#!/no/such/interpreter\n");
    chmodSync(path, 0o755);

    await expect(startCommand([path])).rejects.toMatchObject({
      code: "command-not-found",
      message: expect.stringContaining("interpreter"),
    });
  });

  test("more arguments than the kernel takes", async () => {
    const arg = "x".repeat(100_000);
    const command = ["true", ...Array.from({ length: 100 }, () => arg)];

    await expect(startCommand(command, { searchPath })).rejects.toMatchObject({
      code: "command-not-executable",
    });
  });

  test("and nothing is told to have been about to start but what was tried", async () => {
    let tries = 0;
    const beforeStart = () => {
      tries += 1;
    };
    await expect(startCommand(["/no/such/program"], { beforeStart })).rejects.toThrow("not found");
    const { exited } = await startCommand(["true"], { searchPath, beforeStart });
    await exited;

    expect(tries).toBe(2);
  });
});
