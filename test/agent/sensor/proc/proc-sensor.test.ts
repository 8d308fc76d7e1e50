import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import { requires } from "../../../support/requires.ts";
import { observeProc, startNode, toRef } from "./observed-sensor.ts";

const DEADLINE = { timeout: 30_000, interval: 20 };
const PROC_SENSOR = new URL("../../../../agent/sensor/proc/", import.meta.url).href;

describe("processes of the command", () => {
  test("are reported when they start and when they end, with the one who started them", async () => {
    await using program = await startNode();
    await using observed = observeProc();
    observed.sensor.setRoot(program.ref);
    const pid = Number(
      await program.ask(
        'c = require("child_process").spawn("sleep", ["60"]); c.on("spawn", () => say(c.pid))',
      ),
    );
    await observed.sensor.flush();
    await program.ask('c.on("exit", () => say("gone")); c.kill("SIGKILL")');
    await observed.sensor.flush();

    expect(observed.ofKind("exec")).toMatchObject([
      { process: program.ref, origin: "live", parent: { pid: process.pid } },
      { process: { pid }, parent: program.ref, args: ["sleep", "60"], origin: "live" },
    ]);
    expect(observed.ofKind("exit")).toMatchObject([{ process: { pid }, exitCode: null }]);
  });

  test("are reported again when they run another program", async () => {
    const child = spawn("sh", ["-c", "read go; exec sleep 60"], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    const ended = once(child, "exit");
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await ended;
    });
    await once(child, "spawn");
    await using observed = observeProc();
    observed.sensor.setRoot(toRef(child));
    child.stdin.write("go\n");

    await vi.waitFor(async () => {
      await observed.sensor.flush();
      expect(observed.ofKind("exec").map(({ args }) => args[0])).toEqual(["sh", "sleep"]);
    }, DEADLINE);
    expect(new Set(observed.ofKind("exec").map(({ process }) => process.startTicks)).size).toBe(1);
  });

  test("keep being watched when they leave their session and their parent ends", async () => {
    await using program = await startNode();
    await using observed = observeProc();
    observed.sensor.setRoot(program.ref);
    const pid = Number(
      await program.ask(
        'c = require("child_process").spawn("sleep", ["61"], { detached: true, stdio: "ignore" }); c.on("spawn", () => say(c.pid))',
      ),
    );
    onTestFinished(() => void process.kill(pid, "SIGKILL"));
    await observed.sensor.flush();
    await program.finish();
    await observed.sensor.flush();

    expect(observed.ofKind("exec").map((exec) => exec.process.pid)).toContain(pid);
    expect(observed.ofKind("exit").map((exit) => exit.process.pid)).toEqual([program.ref.pid]);
  });

  test("show a deleted executable", async () => {
    const directory = mkdtempSync(join(tmpdir(), "runner-guard-sensor-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const path = join(directory, "dropped");
    copyFileSync("/bin/sleep", path);
    const child = spawn(path, ["60"], { stdio: "ignore" });
    const ended = once(child, "exit");
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await ended;
    });
    await once(child, "spawn");
    rmSync(path);
    await using observed = observeProc();
    observed.sensor.setRoot(toRef(child));

    expect(observed.ofKind("exec")).toMatchObject([{ executable: path, image: "deleted" }]);
  });

  test("are none before the root is known", async () => {
    await using program = await startNode();
    await using observed = observeProc();
    await observed.sensor.flush();

    expect(program.ref.startTicks).toBeGreaterThan(0);
    expect(observed.observations).toEqual([]);
  });
});

test("on the whole host, what ran before the guard is a snapshot and the guard is left out", async () => {
  await using program = await startNode();
  await using observed = observeProc({ scope: { type: "host" } });
  await using later = await startNode();
  await observed.sensor.flush();

  const origins = new Map(observed.ofKind("exec").map((exec) => [exec.process.pid, exec.origin]));
  expect(origins.get(program.ref.pid)).toBe("snapshot");
  expect(origins.get(later.ref.pid)).toBe("live");
  expect(origins.has(process.pid)).toBe(false);
});

describe("connections of the command", () => {
  const hasIpv6 = Object.values(networkInterfaces())
    .flat()
    .some((it) => it?.address === "::1");

  test.each([
    { listen: "127.0.0.1", connect: "127.0.0.1", address: { family: "ipv4", ip: "127.0.0.1" } },
    {
      listen: "127.0.0.1",
      connect: "::ffff:127.0.0.1",
      address: { family: "ipv4", ip: "127.0.0.1" },
    },
    ...(hasIpv6 ? [{ listen: "::1", connect: "::1", address: { family: "ipv6", ip: "::1" } }] : []),
  ])("to $connect over TCP", async ({ listen, connect, address }) => {
    await using server = await startNode();
    await using client = await startNode();
    const port = Number(
      await server.ask(
        `s = require("net").createServer(() => 0).listen(0, "${listen}", () => say(s.address().port))`,
      ),
    );
    await using observed = observeProc();
    observed.sensor.setRoot(client.ref);
    await client.ask(`c = require("net").connect(${port}, "${connect}", () => say("up"))`);
    await observed.sensor.flush();
    await client.finish();
    await observed.sensor.flush();

    const expected = { process: client.ref, address: { transport: "tcp", port, ...address } };
    expect(observed.ofKind("connect")).toMatchObject([{ ...expected, result: "established" }]);
    expect(observed.ofKind("flow")).toMatchObject([expected]);
  });

  test("over UDP", async () => {
    await using client = await startNode();
    await using observed = observeProc();
    observed.sensor.setRoot(client.ref);
    await client.ask(
      'u = require("dgram").createSocket("udp4"); u.connect(4242, "127.0.0.2", () => say("up"))',
    );
    await observed.sensor.flush();

    expect(observed.ofKind("connect")).toMatchObject([
      {
        process: client.ref,
        address: { transport: "udp", family: "ipv4", ip: "127.0.0.2", port: 4242 },
      },
    ]);
  });

  test("that were refused are not called established", async () => {
    await using client = await startNode();
    await using observed = observeProc();
    observed.sensor.setRoot(client.ref);
    const port = Number(
      await client.ask(
        's = require("net").createServer().listen(0, "127.0.0.1", () => { const { port } = s.address(); s.close(() => say(port)); })',
      ),
    );
    const answer = await client.ask(
      `require("net").connect(${port}, "127.0.0.1").on("error", (error) => say(error.code))`,
    );
    await observed.sensor.flush();

    expect(answer).toBe("ECONNREFUSED");
    expect(observed.ofKind("connect")).toEqual([]);
  });

  test("that still wait are in progress", async () => {
    await using server = await startNode();
    await using client = await startNode();
    const port = Number(
      await server.ask(
        's = require("net").createServer(() => 0).listen(0, "127.0.0.1", 1, () => say(s.address().port))',
      ),
    );
    // A stopped server accepts nothing: when its queue of two is full the kernel leaves the next without an answer.
    process.kill(server.ref.pid, "SIGSTOP");
    await using observed = observeProc();
    observed.sensor.setRoot(client.ref);
    await client.ask(
      `Array.from({ length: 6 }, () => require("net").connect(${port}, "127.0.0.1").on("error", () => 0)); say("tried")`,
    );

    await vi.waitFor(async () => {
      await observed.sensor.flush();
      expect(observed.ofKind("connect").map(({ result }) => result)).toContain("in-progress");
    }, DEADLINE);
  });

  test("and not those that it accepts", async () => {
    await using server = await startNode();
    await using client = await startNode();
    const port = Number(
      await server.ask(
        's = require("net").createServer(() => 0).listen(0, "127.0.0.1", () => say(s.address().port))',
      ),
    );
    await using observed = observeProc();
    observed.sensor.setRoot(server.ref);
    await client.ask(`c = require("net").connect(${port}, "127.0.0.1", () => say("up"))`);
    await observed.sensor.flush();

    expect(observed.ofKind("exec")).toHaveLength(1);
    expect(observed.ofKind("connect")).toEqual([]);
  });

  test.skipIf(!requires.netns.available)(
    `in a network namespace of its own${requires.netns.note}`,
    async () => {
      const inNamespace = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
      await using client = await startNode(inNamespace);
      await using observed = observeProc();
      observed.sensor.setRoot(client.ref);
      await client.ask(
        'u = require("dgram").createSocket("udp4"); u.connect(4243, "127.0.0.3", () => say("up"))',
      );
      await observed.sensor.flush();

      expect(observed.ofKind("connect")).toMatchObject([
        { process: client.ref, address: { transport: "udp", ip: "127.0.0.3", port: 4243 } },
      ]);
    },
  );
});

describe("the pace", () => {
  test("slows down so that sampling stays under one part in twenty of a core, and says so", async () => {
    let costMs = 10;
    let spentMs = 0;
    const clock = { now: () => 0, cpuMs: () => (spentMs += costMs) };
    await using observed = observeProc({ periodMs: 50, clock });

    await vi.waitFor(() => {
      expect(observed.sensor.status().reason).toContain("samples every 250 ms");
    }, DEADLINE);
    costMs = 1;
    await vi.waitFor(() => {
      expect(observed.sensor.status().reason).toContain("samples every 50 ms");
    }, DEADLINE);
    expect(observed.sensor.status().reason).toContain("missed with probability about 1 - t/50");
  });

  test("samples by itself", async () => {
    await using program = await startNode();
    await using observed = observeProc({ periodMs: 50 });
    observed.sensor.setRoot(program.ref);
    await program.finish();

    await vi.waitFor(() => expect(observed.ofKind("exit")).toHaveLength(1), DEADLINE);
  });

  test.each([49, 10_001, Number.NaN])("refuses a period of %d ms", (periodMs) => {
    expect(() => observeProc({ periodMs })).toThrow(/period from 50 to 10000 ms/);
  });
});

describe("the status", () => {
  test("counts what was seen", async () => {
    await using program = await startNode();
    await using observed = observeProc();
    observed.sensor.setRoot(program.ref);

    expect(observed.sensor.status()).toMatchObject({
      name: "proc",
      eventsSeen: 1,
      eventsDropped: 0,
    });
  });

  test("is degraded when /proc cannot be read", async () => {
    await using observed = observeProc({ procRoot: "/nonexistent" });

    expect(observed.sensor.status()).toMatchObject({
      status: "degraded",
      reason: expect.stringContaining("/proc could not be read"),
    });
  });

  test("is degraded, and nothing is thrown, when a sample fails", async () => {
    await using program = await startNode();
    await using observed = observeProc();
    await using failing = observeProc({ scope: { type: "host" }, isIgnored: fail });
    observed.sensor.setRoot(program.ref);

    expect(failing.sensor.status().reason).toContain("a sample failed: Error: out of order");
    expect(observed.ofKind("exec")).toHaveLength(1);
  });

  test.skipIf(!requires.root.available)(
    `is degraded for a user who may not look at others' processes${requires.root.note}`,
    () => {
      const script = `
        process.setgid(65534); process.setuid(65534);
        const sensor = createProcSensor(options);
        console.log(JSON.stringify(sensor.status()));`;

      expect(JSON.parse(runScript(script).stdout)).toMatchObject({
        status: "degraded",
        reason: expect.stringContaining("CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"),
      });
    },
  );
});

test("nothing of the sensor keeps the guard running", () => {
  const run = runScript(`
    const sensor = createProcSensor({ ...options, periodMs: 50, protectedPaths: ["/tmp"] });
    console.log(sensor.status().name);`);

  expect(run.stdout).toBe("proc\n");
  expect(run.status).toBe(0);
});

test("nothing is observed after disposal", async () => {
  await using program = await startNode();
  const observed = observeProc();
  await observed[Symbol.asyncDispose]();
  observed.sensor.setRoot(program.ref);
  await observed.sensor.flush();

  expect(observed.observations).toEqual([]);
});

function fail(): never {
  throw new Error("out of order");
}

/** Runs a script in which `createProcSensor` and `options` are known. */
function runScript(script: string) {
  const preamble = `
    import { createProcSensor } from "${PROC_SENSOR}proc-sensor.ts";
    import { DEFAULT_PROC_BOUNDS } from "${PROC_SENSOR}proc-bounds.ts";
    import { createSamplingClock } from "${PROC_SENSOR}sampling-clock.ts";
    const options = {
      scope: { type: "host" }, observe: () => {}, periodMs: 250, clock: createSamplingClock(),
      isIgnored: () => false, protectedPaths: [], watchedEnvironment: [],
      bounds: DEFAULT_PROC_BOUNDS, procRoot: "/proc",
    };`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", preamble + script], {
    encoding: "utf8",
    timeout: 15_000,
  });
}
