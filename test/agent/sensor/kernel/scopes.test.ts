import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { parseRecords } from "../../../support/run-program.ts";
import { adoptOrphans } from "../support/adopt-orphans.ts";
import { by, ofKind, watch, type WatchingSensor } from "./support/observe-command.ts";
import { type Starter, startStarter } from "./support/starter.ts";

const { bpf } = requires;

interface Pod extends Starter {
  /** Of its first process. */
  readonly innerPid: number;
}

/** A shell that is the first process of a pid namespace. */
async function startPod(): Promise<Pod> {
  const shell = await startStarter(["/usr/bin/unshare", "--pid", "--fork", "--kill-child"]);
  const children = readFileSync(`/proc/${shell.pid}/task/${shell.pid}/children`, "utf8");
  return { ...shell, innerPid: Number(children) };
}

function watchPod(pod: Pod) {
  const pidNamespaceInode = statSync(`/proc/${pod.innerPid}/ns/pid`).ino;
  return watch({ scope: { type: "pod", pidNamespaceInode } });
}

describe.skipIf(!bpf.available)(`the scope of a pod${bpf.note}`, () => {
  test("is its pid namespace, and nobody else", async () => {
    await using pod = await startPod();
    await using outsider = await startStarter();
    await using watching = await watchPod(pod);
    await outsider.ask("/bin/true; echo done");
    await pod.ask("/bin/true; echo done");
    await watching.sensor.flush();
    const forks = ofKind(watching, "fork");
    expect(forks).toHaveLength(1);
    expect(forks[0]?.parent.pid).toBe(pod.innerPid);
    expect(ofKind(watching, "exec")).toMatchObject([
      { process: forks[0]?.process, parent: forks[0]?.parent, args: ["/bin/true"] },
    ]);
    expect(ofKind(watching, "exit")).toMatchObject([{ process: forks[0]?.process }]);
  });

  test("tells pids as the guard sees them", async () => {
    await using pod = await startPod();
    await using watching = await watchPod(pod);
    const inner = await pod.ask(`/bin/sh -c 'echo $$; read line' & wait $!`);
    await watching.sensor.flush();
    const [fork] = ofKind(watching, "fork");
    expect(Number(inner)).toBeLessThan(100);
    expect(fork?.process.pid).not.toBe(Number(inner));
  });

  test("holds whom a pid namespace inside of it hides", async () => {
    await using pod = await startPod();
    await using watching = await watchPod(pod);
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
    await using watching = await watchPod(pod);
    await using outsider = await startStarter();
    const target = ["--pid", "--target", String(pod.innerPid)];
    const pid = await outsider.run("/usr/bin/nsenter", ...target, "/bin/true");
    await watching.sensor.flush();
    expect(ofKind(watching, "fork")).toMatchObject([{ parent: { pid } }]);
    expect(ofKind(watching, "exec")).toMatchObject([{ args: ["/bin/true"] }]);
    expect(ofKind(watching, "exit")).toHaveLength(1);
  });
});

describe.skipIf(!bpf.available)(`the scope of a host${bpf.note}`, () => {
  test("is everybody, also who was there before", async () => {
    await using before = await startStarter();
    await using watching = await watch({ scope: { type: "host" } });
    await before.ask("/bin/true; echo done");
    await watching.sensor.flush();
    expect(ofKind(watching, "fork").filter(({ parent }) => parent.pid === before.pid)).toHaveLength(
      1,
    );
  });

  test("is not the guard itself", async () => {
    const directory = mkdtempSync(join(tmpdir(), "scope-"));
    try {
      await using job = await startStarter();
      await using watching = await watch({ scope: { type: "host" } });
      writeFileSync(join(directory, "the-guards"), "");
      const pid = await job.run("/bin/sh", "-c", `: >${directory}/the-jobs`);
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
    await using job = await startStarter();
    await using watching = await watch({ scope: { type: "host" } });
    const pids: number[] = [];
    for (let times = 0; times < 40; times += 1) {
      pids.push(await job.run(program, "exit-from-thread", "3"));
    }
    await watching.sensor.flush();
    for (const pid of pids) expect(by(watching, "exit", pid)).toMatchObject([{ exitCode: 3 }]);
  });
});

describe.skipIf(!bpf.available)(`what the guard has started itself${bpf.note}`, () => {
  const scopes = [
    { scope: { type: "host" } },
    { scope: { type: "pod", pidNamespaceInode: statSync("/proc/self/ns/pid").ino } },
  ] as const;

  test.for(scopes)("runs and ends untold in the scope of a $scope.type", async ({ scope }) => {
    await using watching = await watch({ scope });
    const { pid } = spawnSync("/bin/true");
    await watching.sensor.flush();
    expect(watching.sensor.status()).toMatchObject({ status: "active" });
    expect(toldOf(watching, pid)).toEqual([]);
  });

  test.for(scopes)(
    "is told with what it starts, in the scope of a $scope.type",
    async (options) => {
      await using watching = await watch(options);
      const spawn = buildProgram("spawn");
      const { pid, stdout } = spawnSync(spawn, ["fork", "/bin/true"], { encoding: "utf8" });
      await watching.sensor.flush();
      const [record] = parseRecords(stdout);
      const child = Number(record?.["child"]);
      expect(toldOf(watching, pid)).toEqual([]);
      expect(toldOf(watching, child)).toEqual(["fork", "exec", "exit"]);
      expect(by(watching, "fork", child)).toMatchObject([{ parent: { pid } }]);
    },
  );

  test("is told of when it writes or connects", async () => {
    const directory = mkdtempSync(join(tmpdir(), "scope-"));
    try {
      await using watching = await watch({ scope: { type: "host" } });
      const { pid } = spawnSync("/bin/sh", ["-c", `: >${directory}/written`]);
      const connects = spawnSync(buildProgram("connect-tcp"), ["127.0.0.1", "9"]).pid;
      await watching.sensor.flush();
      expect(toldOf(watching, pid)).toEqual(["file"]);
      expect(toldOf(watching, connects)).toContain("connect");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test("looks for Unix sockets that are not there untold, and is told of one that is", async () => {
    const directory = mkdtempSync(join(tmpdir(), "scope-"));
    const path = join(directory, "socket");
    const server = createServer().listen(path);
    await once(server, "listening");
    try {
      await using watching = await watch({ scope: { type: "host" } });
      const program = buildProgram("connect-unix");
      const { pid } = spawnSync(program, ["stream", path]);
      const vain = spawnSync(program, ["stream", `${path}-not`]).pid;
      await watching.sensor.flush();
      expect(by(watching, "connect", pid)).toMatchObject([{ address: { path } }]);
      expect(toldOf(watching, vain)).toEqual([]);
    } finally {
      server.close();
      rmSync(directory, { recursive: true });
    }
  });

  test("is told of when it becomes something else", async () => {
    await using watching = await watch({ scope: { type: "host" } });
    const { pid } = spawnSync("/bin/sh", ["-c", "exec /bin/true"]);
    await watching.sensor.flush();
    expect(by(watching, "exec", pid)).toMatchObject([{ args: ["/bin/true"] }]);
    expect(by(watching, "exit", pid)).toHaveLength(1);
  });

  test("hides nobody whom it makes a child of the guard", async () => {
    const CLONE_PARENT = "8000";
    await using watching = await watch({ scope: { type: "host" } });
    const argv = [CLONE_PARENT, "/bin/true"];
    const { stdout } = spawnSync(buildProgram("clone-with"), argv, { encoding: "utf8" });
    await watching.sensor.flush();
    const [record] = parseRecords(stdout);
    expect(record).toMatchObject({ parent: process.pid, ok: true });
    expect(by(watching, "exec", Number(record?.["child"]))).toMatchObject([
      { args: ["/bin/true"] },
    ]);
  });

  test("is not told apart from the job's orphans where the guard takes them in", async () => {
    await using watching = await watch({ scope: { type: "host" } });
    const adoption = adoptOrphans();
    const { pid } = spawnSync("/bin/true");
    adoption[Symbol.dispose]();
    await watching.sensor.flush();
    expect(toldOf(watching, pid)).toEqual(["exec", "exit"]);
  });
});

function toldOf({ observations }: WatchingSensor, pid: number): string[] {
  return observations
    .filter((one) => "process" in one && one.process.pid === pid)
    .map(({ kind }) => kind);
}

describe.skipIf(!bpf.available)(`the scope of a command${bpf.note}`, () => {
  test("is nobody until it is armed, and then only the next one", async () => {
    await using watching = await watch();
    spawnSync("/bin/true");
    watching.sensor.arm();
    const { pid } = spawnSync("/bin/true");
    spawnSync("/bin/true");
    await watching.sensor.flush();
    expect(ofKind(watching, "fork").map((fork) => fork.process.pid)).toEqual([pid]);
    expect(ofKind(watching, "exit")).toHaveLength(1);
  });
});
