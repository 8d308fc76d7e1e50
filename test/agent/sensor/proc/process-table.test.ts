import { spawn } from "node:child_process";
import type { SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { DEFAULT_PROC_BOUNDS } from "../../../../agent/sensor/proc/proc-bounds.ts";
import { createProcessTable } from "../../../../agent/sensor/proc/process-table.ts";
import type { ProcessTable } from "../../../../agent/sensor/proc/process-table.ts";
import { createFixtureProc } from "./fixture-proc.ts";
import type { FixtureProc } from "./fixture-proc.ts";

describe("of real processes", () => {
  test("says what runs, as whom and where", async () => {
    const pid = await start("sleep", ["60"], {
      cwd: "/usr",
      env: { WATCHED: "yes", SECRET: "no" },
      stdio: ["ignore", "pipe", "ignore"],
    });

    expect(detailsOf(openTable(), pid)).toMatchObject({
      args: ["sleep", "60"],
      argsTruncated: false,
      image: "file",
      workingDirectory: "/usr",
      userId: process.getuid?.(),
      groupId: process.getgid?.(),
      environment: { WATCHED: "yes" },
      stdin: { type: "device" },
      stdout: { type: expect.stringMatching(/^(pipe|socket)$/), inode: expect.any(Number) },
      isUnreadable: false,
    });
  });

  test("keeps arguments with newlines and escape sequences apart, and whole", async () => {
    const hostile = ["60", "--", "a\nb", "\u001b[31m", "::set-output name=x::y", ""];
    const pid = await start(process.execPath, ["-e", "setInterval(() => 0, 9e5)", ...hostile]);

    expect(detailsOf(openTable(), pid).args.slice(3)).toEqual(hostile);
  });

  test("cuts a megabyte of arguments and says so", async () => {
    const long = Array.from({ length: 10 }, () => "x".repeat(100_000));
    const pid = await start(process.execPath, ["-e", "setInterval(() => 0, 9e5)", ...long]);

    const { args, argsTruncated } = detailsOf(openTable(), pid);

    expect(argsTruncated).toBe(true);
    expect(Buffer.byteLength(args.join("\0"))).toBeLessThanOrEqual(DEFAULT_PROC_BOUNDS.maxArgBytes);
  });

  test("knows a program whose file was deleted", async () => {
    const directory = mkdtempSync(join(tmpdir(), "runner-guard-table-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const program = join(directory, "go ne");
    copyFileSync("/bin/sleep", program);
    const pid = await start(program, ["60"]);
    rmSync(program);

    expect(detailsOf(openTable(), pid)).toMatchObject({ executable: program, image: "deleted" });
  });

  test("survives a program named to look like the end of its name", async () => {
    const directory = mkdtempSync(join(tmpdir(), "runner-guard-table-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const program = join(directory, ") R 1 (\n");
    copyFileSync("/bin/sleep", program);
    const pid = await start(program, ["60"]);

    expect(openTable().stat(pid)).toMatchObject({ comm: ") R 1 (\n", parentPid: process.pid });
  });

  test("answers undefined about a process that has gone", async () => {
    const table = openTable();
    const child = spawn("sleep", ["60"], { stdio: "ignore" });
    await once(child, "spawn");
    const stat = table.stat(child.pid ?? 0);
    child.kill("SIGKILL");
    await once(child, "exit");

    expect(stat).toBeDefined();
    expect(stat && table.details(stat)).toBeUndefined();
    expect(table.stat(child.pid ?? 0)).toBeUndefined();
    expect(stat && table.programMark(stat)).toBe(stat?.layout);
  });

  test("lists this process and pid 1", () => {
    const listing = openTable().list();

    expect(listing?.isHidden).toBe(false);
    expect(listing?.processes.map(({ pid }) => pid)).toContain(process.pid);
  });
});

describe("of a made-up /proc", () => {
  test("guesses the program from its arguments, then from its name, where the link is missing", () => {
    const { proc, table } = openFixture();
    proc.put({ pid: 2, args: ["/opt/tool", "x"], without: ["exe"] });
    proc.put({ pid: 3, args: ["tool"], comm: "tool-comm", without: ["exe"] });

    expect(detailsOf(table, 2)).toMatchObject({ executable: "/opt/tool", image: "file" });
    expect(detailsOf(table, 3)).toMatchObject({ executable: "tool-comm", image: "file" });
  });

  test("counts entries that cannot be read, and goes on", () => {
    const { proc, table } = openFixture();
    proc.put({ pid: 1 });
    proc.put({ pid: 2, without: ["stat"] });
    // Reading a directory fails like reading without the right does.
    mkdirSync(join(proc.root, "2", "stat"));

    const listing = table.list();

    expect(listing?.processes.map(({ pid }) => pid)).toEqual([1]);
    expect([...(listing?.unreadable ?? [])]).toEqual([2]);
  });

  test("says that processes are hidden when pid 1 is not listed", () => {
    const { proc, table } = openFixture();
    proc.put({ pid: 77 });

    expect(table.list()?.isHidden).toBe(true);
  });

  test("has no listing when /proc is not there", () => {
    expect(openTable("/nonexistent").list()).toBeUndefined();
  });

  test("leaves out what is no process, and a stat file that is none", () => {
    const { proc, table } = openFixture();
    proc.put({ pid: 1 });
    mkdirSync(join(proc.root, "0"));
    mkdirSync(join(proc.root, "99999999999999999999"));
    mkdirSync(join(proc.root, "12; rm"));

    expect(table.list()?.processes.map(({ pid }) => pid)).toEqual([1]);
  });
});

function openFixture(): { proc: FixtureProc; table: ProcessTable } {
  const proc = createFixtureProc();
  onTestFinished(() => proc[Symbol.dispose]());
  return { proc, table: openTable(proc.root) };
}

function openTable(root = "/proc"): ProcessTable {
  return createProcessTable({ ...DEFAULT_PROC_BOUNDS, root, watchedEnvironment: ["WATCHED"] });
}

function detailsOf(table: ProcessTable, pid: number) {
  const stat = table.stat(pid);
  const details = stat && table.details(stat);
  if (details === undefined) throw new Error(`no details of ${pid}`);
  return details;
}

async function start(program: string, args: string[], options: SpawnOptions = {}): Promise<number> {
  const child = spawn(program, args, { stdio: "ignore", ...options });
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  // The event comes when exec has succeeded: from here on /proc shows the program and not the fork.
  await once(child, "spawn");
  return child.pid ?? 0;
}
