import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { by, observeCommand, ofKind } from "./support/observe-command.ts";

const { bpf } = requires;
const SPAWN_WAYS = ["fork", "vfork", "posix-spawn", "clone3"];

describe.skipIf(!bpf.available)(`who starts whom, and how it ends${bpf.note}`, () => {
  test.for(SPAWN_WAYS)("a child by %s has its parent, its program and its end", async (way) => {
    const observed = await observeCommand([
      buildProgram("spawn"),
      way,
      buildProgram("end"),
      "exit",
      "5",
    ]);
    const child = Number(observed.records.find(({ did }) => did === "spawn")?.["child"]);
    const [command] = by(observed, "fork", observed.pid);
    expect(command?.parent.pid).toBe(process.pid);
    expect(by(observed, "fork", child)).toMatchObject([{ parent: command?.process }]);
    expect(by(observed, "exec", child)).toMatchObject([
      {
        parent: command?.process,
        executable: buildProgram("end"),
        args: [buildProgram("end"), "exit", "5"],
      },
    ]);
    expect(by(observed, "exit", child)).toMatchObject([{ exitCode: 5, signal: null }]);
    expect(by(observed, "exit", observed.pid)).toMatchObject([{ exitCode: 0, signal: null }]);
  });

  test("a fork that executes nothing is seen, and has no program of its own", async () => {
    const observed = await observeCommand([buildProgram("spawn"), "child-only", "-"]);
    const child = Number(observed.records[0]?.["child"]);
    expect(by(observed, "fork", child)).toHaveLength(1);
    expect(by(observed, "exec", child)).toEqual([]);
    expect(by(observed, "exit", child)).toHaveLength(1);
  });

  test.for([
    [["exit", "0"], { exitCode: 0, signal: null }],
    [["exit", "255"], { exitCode: 255, signal: null }],
    [["signal", "9"], { exitCode: null, signal: "SIGKILL" }],
    [["signal", "15"], { exitCode: null, signal: "SIGTERM" }],
    [["segfault"], { exitCode: null, signal: "SIGSEGV" }],
    [["abort"], { exitCode: null, signal: "SIGABRT" }],
  ] as const)("the end by %j is told as it was", async ([args, end]) => {
    const observed = await observeCommand([buildProgram("end"), ...args]);
    expect(by(observed, "exit", observed.pid)).toMatchObject([end]);
    expect(observed.exit).toEqual({ code: end.exitCode, signal: end.signal });
  });

  test("a process whose first thread ended before lives on until its last one ends", async () => {
    const observed = await observeCommand([buildProgram("threads"), "leader-exits-first"]);
    expect(ofKind(observed, "exit")).toMatchObject([
      { process: { pid: observed.pid }, exitCode: 7, signal: null },
    ]);
  });

  test("an end that a second thread brings about has its status", async () => {
    const observed = await observeCommand([buildProgram("threads"), "exit-from-thread", "9"]);
    expect(ofKind(observed, "exit")).toMatchObject([{ exitCode: 9 }]);
  });

  test("threads are no processes, and one that executes keeps its process's identity", async () => {
    const observed = await observeCommand([
      buildProgram("threads"),
      "exec-from-thread",
      buildProgram("end"),
      "exit",
      "3",
    ]);
    const [fork] = ofKind(observed, "fork");
    expect(ofKind(observed, "fork")).toHaveLength(1);
    const execs = ofKind(observed, "exec");
    expect(execs.map(({ executable }) => executable)).toEqual([
      buildProgram("threads"),
      buildProgram("end"),
    ]);
    expect(execs[1]?.process).toEqual(fork?.process);
    expect(execs[1]?.parent.pid).toBe(process.pid);
    expect(ofKind(observed, "exit")).toMatchObject([{ process: fork?.process, exitCode: 3 }]);
  });

  test("a daemon with a session of its own is still one of the command's", async () => {
    const observed = await observeCommand([
      buildProgram("daemonize"),
      buildProgram("end"),
      "exit",
      "6",
    ]);
    const [command, middle, daemon] = ofKind(observed, "fork");
    expect(middle?.parent).toEqual(command?.process);
    expect(daemon?.parent).toEqual(middle?.process);
    const pid = daemon?.process.pid ?? 0;
    expect(by(observed, "exec", pid)).toMatchObject([{ executable: buildProgram("end") }]);
    expect(by(observed, "exit", pid)).toMatchObject([{ exitCode: 6 }]);
  });

  test("a child given to another parent is told under who made it", async () => {
    const CLONE_PARENT = "8000";
    const observed = await observeCommand([
      buildProgram("spawn"),
      "fork",
      buildProgram("clone-with"),
      CLONE_PARENT,
      "/bin/true",
    ]);
    const made = observed.records.find(({ did }) => did === "clone");
    const child = Number(made?.["child"]);
    expect(by(observed, "fork", child)).toMatchObject([{ parent: { pid: made?.pid } }]);
    expect(by(observed, "exec", child)).toMatchObject([{ parent: { pid: observed.pid } }]);
  });

  test("every node of a tree that grows as fast as it can is seen once, under its parent", async () => {
    const observed = await observeCommand([buildProgram("fork-tree"), "3", "6"]);
    const forks = ofKind(observed, "fork");
    const expected = observed.records.map(({ pid, parent }) => `${pid} under ${String(parent)}`);
    expect(expected).toHaveLength(1 + 6 + 36 + 216);
    expect(forks.map((fork) => `${fork.process.pid} under ${fork.parent.pid}`).toSorted()).toEqual(
      expected.toSorted(),
    );
    expect(ofKind(observed, "exit")).toHaveLength(forks.length);
  });

  test("times are those of the clock, in the order in which things happened", async () => {
    const before = Date.now() * 1000;
    const observed = await observeCommand(["/bin/true"]);
    const times = observed.observations.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    // The two clocks are read one after the other at start, and a machine may be slow between them.
    expect(times[0]).toBeGreaterThan(before - 1_000_000);
    expect(times.at(-1)).toBeLessThan(Date.now() * 1000 + 1_000_000);
  });

  test("the start is the one that /proc shows, so that a pid used again is told apart", async () => {
    let ticks = 0;
    const observed = await observeCommand(["/bin/cat"], {
      stdio: ["pipe", "pipe", "inherit"],
      async meanwhile(pid) {
        const stat = await readFile(`/proc/${pid}/stat`, "utf8");
        ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
        process.kill(pid, "SIGTERM");
      },
    });
    expect(ofKind(observed, "fork")[0]?.process).toEqual({ pid: observed.pid, startTicks: ticks });
    expect(ofKind(observed, "exit")[0]?.process).toEqual({ pid: observed.pid, startTicks: ticks });
  });

  test("what others start meanwhile is not reported", async () => {
    const observed = await observeCommand(["/bin/cat"], {
      stdio: ["pipe", "pipe", "inherit"],
      async meanwhile(pid) {
        await once(spawn("/bin/true"), "exit");
        process.kill(pid, "SIGTERM");
      },
    });
    expect(ofKind(observed, "fork").map((fork) => fork.process.pid)).toEqual([observed.pid]);
  });
});
