import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { describe, expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { by, ofKind, watch } from "./support/observe-command.ts";

const { bpf } = requires;

interface Shell extends AsyncDisposable {
  readonly pid: number;
  /** Runs one line and returns the line that it wrote. */
  ask(line: string): Promise<string>;
}

/** A shell that is told what to do while the sensor watches, and where its processes are seen from. */
async function startShell(program = "/bin/sh", ...args: string[]): Promise<Shell> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (line: string): Promise<string> => {
    child.stdin.write(`${line}\n`);
    return String((await lines.next()).value);
  };
  await ask("echo ready");
  const own = child.pid ?? 0;
  const [inner] = readFileSync(`/proc/${own}/task/${own}/children`, "utf8")
    .split(" ")
    .filter(Boolean);
  return {
    pid: inner === undefined ? own : Number(inner),
    ask,
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}

const startPod = (): Promise<Shell> =>
  startShell("/usr/bin/unshare", "--pid", "--fork", "--kill-child", "/bin/sh");

function watchPod(pod: Shell) {
  const pidNamespaceInode = statSync(`/proc/${pod.pid}/ns/pid`).ino;
  return watch({ scope: { type: "pod", pidNamespaceInode } });
}

describe.skipIf(!bpf.available)(`the scope of a pod${bpf.note}`, () => {
  test("is its pid namespace, and nobody else", async () => {
    await using pod = await startPod();
    await using outsider = await startShell();
    await using watching = watchPod(pod);
    await outsider.ask("/bin/true; echo done");
    await pod.ask("/bin/true; echo done");
    await watching.sensor.flush();
    const forks = ofKind(watching, "fork");
    expect(forks).toHaveLength(1);
    expect(forks[0]?.parent.pid).toBe(pod.pid);
    expect(ofKind(watching, "exec")).toMatchObject([
      { process: forks[0]?.process, parent: forks[0]?.parent, args: ["/bin/true"] },
    ]);
    expect(ofKind(watching, "exit")).toMatchObject([{ process: forks[0]?.process }]);
  });

  test("tells pids as the guard sees them", async () => {
    await using pod = await startPod();
    await using watching = watchPod(pod);
    const inner = await pod.ask(`/bin/sh -c 'echo $$; read line' & wait $!`);
    await watching.sensor.flush();
    const [fork] = ofKind(watching, "fork");
    expect(Number(inner)).toBeLessThan(100);
    expect(fork?.process.pid).not.toBe(Number(inner));
  });

  test("holds whom a pid namespace inside of it hides", async () => {
    await using pod = await startPod();
    await using watching = watchPod(pod);
    await pod.ask("/usr/bin/unshare --pid --fork /bin/true; echo done");
    await watching.sensor.flush();
    expect(ofKind(watching, "exec").map(({ args }) => args[0])).toEqual([
      "/usr/bin/unshare",
      "/bin/true",
    ]);
    expect(ofKind(watching, "exit")).toHaveLength(2);
  });

  test("holds who is sent into it from outside, from the start", async () => {
    await using pod = await startPod();
    await using watching = watchPod(pod);
    const args = ["--pid", "--target", String(pod.pid), "/bin/true"];
    const { pid } = spawnSync("/usr/bin/nsenter", args, { stdio: "ignore" });
    await watching.sensor.flush();
    expect(ofKind(watching, "fork")).toMatchObject([{ parent: { pid } }]);
    expect(ofKind(watching, "exec")).toMatchObject([{ args: ["/bin/true"] }]);
    expect(ofKind(watching, "exit")).toHaveLength(1);
  });
});

describe.skipIf(!bpf.available)(`the scope of a host${bpf.note}`, () => {
  test("is everybody, also who was there before", async () => {
    await using before = await startShell();
    await using watching = watch({ scope: { type: "host" } });
    await before.ask("/bin/true; echo done");
    await watching.sensor.flush();
    expect(ofKind(watching, "fork").filter(({ parent }) => parent.pid === before.pid)).toHaveLength(
      1,
    );
  });

  test("is not the guard itself", async () => {
    const directory = mkdtempSync(join(tmpdir(), "scope-"));
    try {
      await using watching = watch({ scope: { type: "host" } });
      writeFileSync(join(directory, "the-guards"), "");
      const { pid } = spawnSync("/bin/sh", ["-c", `: >${directory}/the-jobs`]);
      await watching.sensor.flush();
      const paths = ofKind(watching, "file").map(({ path }) => path);
      expect(paths).toContain(join(directory, "the-jobs"));
      expect(paths).not.toContain(join(directory, "the-guards"));
      expect(by(watching, "exec", pid)).toHaveLength(1);
      expect(
        watching.observations.some((one) => "process" in one && one.process.pid === process.pid),
      ).toBe(false);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test("tells the end of a process with several threads once", async () => {
    const program = buildProgram("threads");
    await using watching = watch({ scope: { type: "host" } });
    const pids = Array.from({ length: 40 }, () => {
      return spawnSync(program, ["exit-from-thread", "3"], { stdio: "ignore" }).pid;
    });
    await watching.sensor.flush();
    for (const pid of pids) expect(by(watching, "exit", pid)).toMatchObject([{ exitCode: 3 }]);
  });
});

describe.skipIf(!bpf.available)(`the scope of a command${bpf.note}`, () => {
  test("is nobody until it is armed, and then only the next one", async () => {
    await using watching = watch();
    spawnSync("/bin/true");
    watching.sensor.arm();
    const { pid } = spawnSync("/bin/true");
    spawnSync("/bin/true");
    await watching.sensor.flush();
    expect(ofKind(watching, "fork").map((fork) => fork.process.pid)).toEqual([pid]);
    expect(ofKind(watching, "exit")).toHaveLength(1);
  });
});
