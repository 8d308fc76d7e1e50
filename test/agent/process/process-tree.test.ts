import { describe, expect, test } from "vitest";

import type { ProcessRef } from "../../../agent/observation.ts";
import { toProcessId } from "../../../agent/process/process-id.ts";
import { createProcessTree } from "../../../agent/process/process-tree.ts";
import { execOf, exitOf, forkOf } from "./process-observations.ts";

const runner = process(10);
const shell = process(11);
const compiler = process(12);

describe("who started whom", () => {
  test("a fork runs its parent's program until it executes its own", () => {
    const tree = createTree();
    tree.exec(execOf(shell, { parent: runner, executable: "/bin/sh" }));

    expect(tree.fork(forkOf(shell, compiler))).toMatchObject({
      id: toProcessId(compiler),
      parentId: toProcessId(shell),
      program: { executable: "/bin/sh" },
    });
    expect(tree.exec(execOf(compiler, { parent: shell, executable: "/usr/bin/cc" }))).toMatchObject(
      { parentId: toProcessId(shell), program: { executable: "/usr/bin/cc" } },
    );
  });

  test("a process that was adopted keeps the parent that forked it", () => {
    const tree = createTree();
    tree.fork(forkOf(shell, compiler));

    const adopted = tree.exec(execOf(compiler, { parent: process(1) }));

    expect(adopted.parentId).toBe(toProcessId(shell));
  });

  test("a fork that is told after the exec changes the parent and not the program", () => {
    const tree = createTree();
    tree.exec(execOf(shell, { parent: runner, executable: "/bin/sh" }));
    tree.exec(execOf(compiler, { parent: process(1), executable: "/usr/bin/cc" }));

    expect(tree.fork(forkOf(shell, compiler))).toMatchObject({
      parentId: toProcessId(shell),
      program: { executable: "/usr/bin/cc" },
    });
  });

  test("a fork of a process that nobody told of has no program", () => {
    expect(createTree().fork(forkOf(shell, compiler))).toMatchObject({
      parentId: toProcessId(shell),
      program: undefined,
      step: undefined,
    });
  });
});

describe("a pid that is used again", () => {
  const former = { pid: 20, startTicks: 5 };
  const latter = { pid: 20, startTicks: 6 };

  test("belongs to the later process, also when the exit was lost", () => {
    const tree = createTree();
    tree.exec(execOf(former, { parent: runner, environment: { GITHUB_ACTION: "build" } }));
    tree.fork(forkOf(shell, latter));

    expect(tree.withPid(20)).toMatchObject({ ref: latter, step: undefined, program: undefined });
    expect(tree.size).toBe(1);
  });

  test("is not given back by an exit, a fork or an exec that comes late", () => {
    const tree = createTree();
    tree.fork(forkOf(shell, latter));
    tree.exit(exitOf(former));
    tree.fork(forkOf(runner, former));
    const late = tree.exec(execOf(former, { parent: runner, executable: "/bin/late" }));

    expect(late).toMatchObject({ ref: former, program: { executable: "/bin/late" } });
    expect(tree.withPid(20)).toMatchObject({ ref: latter, parentId: toProcessId(shell) });
  });

  test("is nobody's after the exit", () => {
    const tree = createTree();
    tree.fork(forkOf(shell, latter));
    tree.exit(exitOf(latter));

    expect(tree.withPid(20)).toBeUndefined();
    expect(tree.size).toBe(0);
  });
});

describe("the step", () => {
  test("comes from the environment of the first process that names one", () => {
    const tree = createTree();
    tree.exec(execOf(runner, { parent: process(1) }));
    tree.exec(execOf(shell, { parent: runner, environment: { GITHUB_ACTION: "build" } }));

    expect(tree.withPid(runner.pid)?.step).toBeUndefined();
    expect(tree.withPid(shell.pid)?.step).toEqual({ step: "build" });
  });

  test("of the ancestors wins when the fork is told after the exec", () => {
    const tree = createTree();
    tree.exec(execOf(shell, { parent: runner, environment: { GITHUB_ACTION: "build" } }));
    tree.exec(execOf(compiler, { parent: process(1), environment: { GITHUB_ACTION: "forged" } }));

    expect(tree.fork(forkOf(shell, compiler)).step).toEqual({ step: "build" });
  });
});

describe("what is kept", () => {
  test("is of an environment nothing but the step", () => {
    const tree = createTree();
    const environment = { GITHUB_ACTION: "build", LD_PRELOAD: "/tmp/s3cret.so" };
    const node = tree.exec(execOf(shell, { parent: runner, environment }));

    expect(JSON.stringify(node)).not.toContain("s3cret");
    expect(node.step).toEqual({ step: "build" });
  });

  test("is never more than so many processes, and what was forgotten is counted", () => {
    const tree = createProcessTree({ maxProcesses: 1_000, maxCharacters: 1_000_000 });
    const total = 10_000;
    for (let pid = 1; pid <= total; pid += 1) tree.fork(forkOf(shell, process(pid)));

    expect(tree.size).toBeLessThanOrEqual(1_000);
    expect(tree.size).toBeGreaterThan(950);
    expect(tree.size + tree.forgotten).toBe(total);
    expect(tree.withPid(total)).toBeDefined();
    expect(tree.withPid(1)).toBeUndefined();
  });

  test("is never more than so much text, and what was forgotten is counted", () => {
    const tree = createProcessTree({ maxProcesses: 1_000, maxCharacters: 100_000 });
    const args = Array.from({ length: 10 }, () => "x".repeat(968));
    for (let pid = 1; pid <= 100; pid += 1) {
      tree.exec(execOf(process(pid), { parent: runner, executable: "", args }));
      tree.fork(forkOf(process(pid), process(pid + 1_000)));
    }

    expect(tree.size).toBe(9);
    expect(tree.size + tree.forgotten).toBe(200);
    expect(tree.withPid(1_100)).toBeDefined();
  });

  test("gives its text back when it ends or executes something smaller", () => {
    const tree = createProcessTree({ maxProcesses: 1_000, maxCharacters: 10_000 });
    for (let pid = 1; pid <= 100; pid += 1) {
      tree.exec(execOf(shell, { parent: runner, args: ["x".repeat(4_000)] }));
      tree.exec(execOf(process(pid + 100), { parent: runner, args: ["x".repeat(4_000)] }));
      tree.exit(exitOf(process(pid + 100)));
    }

    expect(tree.forgotten).toBe(0);
    expect(tree.withPid(shell.pid)).toBeDefined();
  });

  test("is a program that alone is larger than all the text that may be kept", () => {
    const tree = createProcessTree({ maxProcesses: 1_000, maxCharacters: 1_000 });
    tree.exec(execOf(shell, { parent: runner }));
    tree.exec(execOf(compiler, { parent: shell, args: ["x".repeat(2_000)] }));

    expect(tree.withPid(compiler.pid)).toBeDefined();
    expect(tree.size).toBe(1);
    expect(tree.forgotten).toBe(1);
  });
});

function createTree() {
  return createProcessTree({ maxProcesses: 100, maxCharacters: 1_000_000 });
}

function process(pid: number): ProcessRef {
  return { pid, startTicks: pid };
}
