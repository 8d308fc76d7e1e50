import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";

import { describe, expect, test } from "vitest";

import type { Report } from "../../protocol/report.ts";
import { buildProgram } from "../support/build-program.ts";
import { requires } from "../support/requires.ts";
import { end, GUARD, readReport, Workplace } from "./guard.ts";
import { SENSORS } from "./sensors.ts";
import { waitFor } from "./wait-for.ts";

const { bpf, netns } = requires;
const KERNEL = ["--sensor", "kernel"];

/** A fail-on without degraded lets it run all the same. */
const WEAKENED = ["--mode", "block", "--enforcement", "none", "--fail-on", "violation"];

describe.skipIf(!bpf.available)(`what the kernel sensor puts into the report${bpf.note}`, () => {
  test("the processes: whose child, what program, which arguments, how it ended", async () => {
    using place = new Workplace();
    const [spawner, program] = [buildProgram("spawn"), buildProgram("end")];
    const { report, ended } = await place.report(KERNEL, [spawner, "fork", program, "exit", "5"]);
    const [parent, child] = report.processes;

    expect(ended.status).toBe(0);
    expect(report.processes).toHaveLength(2);
    expect(parent).toMatchObject({
      parentId: null,
      executable: spawner,
      args: [spawner, "fork", program, "exit", "5"],
      workingDirectory: place.folder,
      exitCode: 0,
      signal: null,
    });
    expect(child).toMatchObject({
      parentId: parent?.id,
      executable: program,
      args: [program, "exit", "5"],
      exitCode: 5,
      signal: null,
    });
    expect(report.totals).toMatchObject({ processes: 2, executions: 2 });
    expect(report.dropped).toEqual({ byReason: {}, byKind: {}, notListed: {} });
  });

  test("the command, how it ended, and what was in force", async () => {
    using place = new Workplace();
    const { report } = await place.report(KERNEL, ["sh", "-c", "exit 9"]);

    expect(report.run).toMatchObject({
      command: ["sh", "-c", "exit 9"],
      workingDirectory: place.folder,
      exitCode: 9,
      signal: null,
    });
    expect(report.mode).toEqual({ requested: "audit", effective: "audit", reasons: [] });
    expect(report.sensors).toMatchObject([
      { name: "kernel", status: "active", eventsDropped: 0 },
      { name: "host", status: "active" },
    ]);
    expect(Date.parse(report.run.endedAt)).toBeGreaterThanOrEqual(Date.parse(report.run.startedAt));
  });

  test("the files that were made, renamed and deleted, with their paths", async () => {
    using place = new Workplace();
    const { report } = await place.report(KERNEL, [
      "sh",
      "-c",
      "echo text >first; mv first second; rm second",
    ]);
    const done = report.files.map(({ operation, path }) => [operation, path]);

    expect(done).toContainEqual(["create", place.path("first")]);
    expect(done).toContainEqual(["rename", place.path("second")]);
    expect(done).toContainEqual(["delete", place.path("second")]);
    expect(report.totals.files).toBeGreaterThanOrEqual(3);
  });

  test("who reads another process's memory", async () => {
    using place = new Workplace();
    const { report } = await place.report(KERNEL, [
      "sh",
      "-c",
      "sleep 1000 & cat /proc/$!/maps >/dev/null; kill $!",
    ]);
    const reader = report.processes.find(({ args }) => args[0] === "cat");

    expect(report.memoryAccesses).toMatchObject([
      { processId: reader?.id, method: "proc-maps", succeeded: true },
    ]);
  });

  test("what changes the ground: namespaces and mounts", async () => {
    using place = new Workplace();
    const mount = ["mount", "-t", "tmpfs", "none", place.folder];
    const { report } = await place.report(KERNEL, ["unshare", "--mount", ...mount]);
    const operations = report.privilegedOperations.map(({ operation }) => operation);

    expect(operations).toContain("unshare");
    expect(operations).toContain("mount");
  });

  test("a guard within a guard, and two at once, see their own command each", async () => {
    using place = new Workplace();
    const inner = [GUARD, "run", ...KERNEL, "--report", "inner.json", "--", "sh", "-c", "exit 3"];
    const [nested, other] = await Promise.all([
      place.report(KERNEL, inner),
      place.report(KERNEL, ["sh", "-c", "true; exit 4"]),
    ]);

    expect(nested.ended.status).toBe(3);
    expect(nested.report.processes.some(({ args }) => args.join(" ") === "sh -c exit 3")).toBe(
      true,
    );
    expect(argsOf(readReport(place.path("inner.json")))).toEqual(["sh -c exit 3"]);
    expect(argsOf(other.report)).toEqual(["sh -c true; exit 4"]);
  });

  test("in a pid namespace, whose first process the guard is, all is as elsewhere", async () => {
    using place = new Workplace();
    const { status, signal } = await place.run(
      [
        ["--pid", "--fork", "--mount-proc", GUARD, "run", ...KERNEL, "--fail-on", "degraded"],
        ["--report", "report.json", "--", "sh", "-c", "sh -c 'exit 2'; kill -TERM $$"],
      ].flat(),
      { program: "unshare" },
    );
    const report = readReport(place.path("report.json"));

    // A signal does not end the first process of a namespace.
    expect({ status, signal }).toEqual({ status: 128 + 15, signal: null });
    expect(report.run.signal).toBe("SIGTERM");
    expect(report.processes).toMatchObject([{ signal: "SIGTERM" }, { exitCode: 2 }]);
    expect(Math.max(...report.processes.map(({ pid }) => pid))).toBeLessThan(100);
  });

  describe.skipIf(!netns.available)(`connections${netns.note}`, () => {
    test("verdicts by address, and by name where /etc/hosts has one", async () => {
      using place = new Workplace();
      const report = await reportNetwork(place, [
        "192.0.2.1 443",
        "192.0.2.2 443",
        "192.0.2.3 8080",
        "192.0.2.4 8081",
      ]);
      const verdicts = report.connections.map(({ destination, verdict, rule }) => [
        `${destination.ip}:${destination.port} ${destination.domain ?? "-"}`,
        verdict,
        rule,
      ]);

      expect(verdicts).toEqual([
        ["192.0.2.1:443 good.example", "allowed", expect.stringContaining("good.example")],
        ["192.0.2.2:443 evil.example", "would-block", expect.any(String)],
        ["192.0.2.3:8080 -", "allowed", expect.stringContaining("192.0.2.3:8080")],
        ["192.0.2.4:8081 -", "would-block", expect.any(String)],
      ]);
      expect(report.connections.map(({ results }) => results)).toEqual(
        Array.from({ length: 4 }, () => ({ refused: 1 })),
      );
      expect(report.totals.connections).toBe(4);
    });

    test("fail-on violation ends with 86 and says why; the command ran all the same", async () => {
      using place = new Workplace();
      const ended = await runInNetwork(place, ["192.0.2.2 443"], ["--fail-on", "violation"]);
      const kept = await runInNetwork(place, ["192.0.2.1 443"], ["--fail-on", "violation"]);

      expect(ended.status).toBe(86);
      expect(ended.stderr).toContain("evil.example");
      expect(ended.stderr).toContain(
        "runner-guard: failed: policy does not allow 1 of the connections (exit 86)",
      );
      expect(kept.status).toBe(0);
    });
  });
});

describe.each(SENSORS)("with the sensor %s", (_name, { sensor, skip }) => {
  const options = ["--sensor", sensor];

  test.skipIf(skip)(
    "a daemon that the command leaves is named as running, with its connection",
    async () => {
      using place = new Workplace();
      const server = await listen();
      const port = portOf(server);
      const client = `
        const { writeFileSync } = require("node:fs");
        require("node:net").connect(${port}, "127.0.0.1", () => writeFileSync("connected", ""));`;
      const script =
        'setsid "$0" -e "$1" </dev/null >/dev/null 2>&1 & while [ ! -e enough ]; do sleep 0.01; done; exit 5';
      const guard = place.start(
        ["run", ...options, "--report", "report.json", "--", "sh", "-c", script].concat(
          process.execPath,
          client,
        ),
      );
      const ended = end(guard);
      await waitFor("the connection", () => existsSync(place.path("connected")));
      if (sensor === "proc") await waitForSamples(guard.pid ?? 0);
      place.write("enough");
      const { status, stderr } = await ended;
      server.close();
      const report = readReport(place.path("report.json"));
      const daemon = report.processes.find(({ executable }) => executable.endsWith("/node"));

      expect(status).toBe(5);
      expect(stderr).toContain("still run");
      expect(daemon).toMatchObject({ endedAt: null, exitCode: null });
      expect(report.connections).toContainEqual(
        expect.objectContaining({
          processId: daemon?.id,
          destination: expect.objectContaining({ ip: "127.0.0.1", port }),
          verdict: "allowed",
        }),
      );
    },
  );

  test.skipIf(skip)(
    "block mode that cannot block is said to be audit: in the report and in both summaries",
    async () => {
      using place = new Workplace();
      const { report, ended } = await place.report(
        [...options, ...WEAKENED, "--summary", "summary.md"],
        ["true"],
      );
      const reason = "--enforcement none was asked for";

      expect(report.mode).toEqual({ requested: "block", effective: "audit", reasons: [reason] });
      expect(ended.stderr).toContain("audit mode");
      expect(ended.stderr).toContain(reason);
      const page = readFileSync(place.path("summary.md"), "utf8");
      expect(page).toContain("in audit mode, though block was asked for");
      expect(page).toContain("not block (`--enforcement` none was asked for)");
      expect(ended.status).toBe(0);
    },
  );

  test.skipIf(skip)("the summary goes to stderr alone, and --quiet leaves it out", async () => {
    using place = new Workplace();
    const loud = await place.run(["run", ...options, "--", "echo", "output"]);
    const quiet = await place.run(["run", ...options, "--quiet", "--", "echo", "output"]);

    expect(loud.stdout.toString()).toBe("output\n");
    expect(loud.stderr).toContain("── Runner Guard");
    expect(loud.stderr).toContain("$ echo output");
    expect(loud.stderr).not.toContain("\u001B");
    expect(quiet).toMatchObject({ status: 0, stderr: "" });
    expect(quiet.stdout.toString()).toBe("output\n");
  });
});

/** More, and GitHub shows nothing of it. */
const MAX_PAGE_BYTES = 1_048_576;

describe("whatever the sensor", () => {
  const options = ["--sensor", "proc"];

  test("--summary adds to what is there, as much as GitHub takes", async () => {
    using place = new Workplace();
    place.write("summary.md", `# Of the step before\n${" ".repeat(MAX_PAGE_BYTES - 500)}`);
    await place.run(["run", ...options, "--quiet", "--summary", "summary.md", "--", "true"]);
    const text = readFileSync(place.path("summary.md"), "utf8");

    expect(text).toMatch(/^# Of the step before\n/);
    expect(text).toContain("Runner Guard");
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_PAGE_BYTES);
  });

  test("options can be variables, and the command gets them unchanged", async () => {
    using place = new Workplace();
    const { stdout } = await place.run(["run", "--", "printenv", "RUNNER_GUARD_REPORT"], {
      env: { RUNNER_GUARD_SENSOR: "proc", RUNNER_GUARD_REPORT: "by-variable.json" },
    });

    expect(stdout.toString()).toBe("by-variable.json\n");
    expect(readReport(place.path("by-variable.json")).run.exitCode).toBe(0);
  });

  test("a report that cannot be written at the end is told, and changes no status", async () => {
    using place = new Workplace();
    mkdirSync(place.path("gone"));
    const outputs = ["--report", "gone/report.json", "--quiet"];
    const { status, stderr } = await place.run([
      "run",
      ...options,
      ...outputs,
      "--",
      "sh",
      "-c",
      "rmdir gone; exit 3",
    ]);

    expect(status).toBe(3);
    expect(stderr).toMatch(/^runner-guard: the report could not be written: .*gone/);
  });

  test("a report goes into a pipe as well", async () => {
    using place = new Workplace();
    const { stdout } = await place.run(
      ["-c", `"${GUARD}" run ${options.join(" ")} --quiet --report /dev/fd/3 -- true 3>&1 | cat`],
      { program: "sh" },
    );

    expect(JSON.parse(stdout.toString())).toMatchObject({ version: 1, run: { exitCode: 0 } });
  });
});

/** A sample reads some files of each process; ten for each are more than one whole sample from now on. */
async function waitForSamples(guard: number): Promise<void> {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length;
  const enough = readCalls(guard) + 10 * processes;
  await waitFor("samples", () => readCalls(guard) > enough);
}

function readCalls(pid: number): number {
  const io = readFileSync(`/proc/${pid}/io`, "utf8");
  return Number(/^syscr: (?<calls>\d+)$/m.exec(io)?.groups?.["calls"]);
}

function argsOf(report: Report): string[] {
  return report.processes.map(({ args }) => args.join(" "));
}

const POLICY = `
version: 1
egress:
  allow: [good.example, "192.0.2.3:8080"]
`;
const HOSTS = "127.0.0.1 localhost\n192.0.2.1 good.example\n192.0.2.2 evil.example\n";

/** In a network where every address of 192.0.2.0/24 is this machine, and refuses. */
function runInNetwork(
  place: Workplace,
  destinations: readonly string[],
  options: readonly string[],
) {
  place.write("policy.yml", POLICY);
  place.write("hosts", HOSTS);
  const script = `
    ip link set lo up
    ip route add local 192.0.2.0/24 dev lo
    mount --bind hosts /etc/hosts
    exec "$@"`;
  const connects = destinations.map((destination) => `"$0" ${destination}`).join(" && ");
  return place.run(
    [
      ["--mount", "--net", "sh", "-c", script, "sh", GUARD, "run", ...KERNEL, ...options],
      ["--policy", "policy.yml", "--report", "report.json", "--"],
      ["sh", "-c", `${connects} >/dev/null`, buildProgram("connect-tcp")],
    ].flat(),
    { program: "unshare" },
  );
}

async function reportNetwork(place: Workplace, destinations: readonly string[]): Promise<Report> {
  await runInNetwork(place, destinations, []);
  return readReport(place.path("report.json"));
}

async function listen(): Promise<Server> {
  const server = createServer((socket) => void socket.on("error", () => undefined).unref()).unref();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}
