/** A guard that reads the job's log: a secret that is printed is a finding while the job still runs. */
import type { ChildProcess } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";

import { describe, expect, test } from "vitest";

import type { Report } from "../../protocol/index.ts";
import { requires } from "../support/requires.ts";
import { type Ended, end, GUARD, readReport, type StartOptions, Workplace } from "./guard.ts";
import { runHere } from "./run-here.ts";
import { waitFor } from "./wait-for.ts";

const { netns } = requires;
const IN_A_POD = ["--pid", "--net", "--fork", "--mount-proc", "--kill-child", "sh", "-c"];
const START = 'ip link set lo up && exec "$0" "$@"';
/** Put together, or whoever reads this file takes it for one. */
const TOKEN = ["gh", "p_", "aB3dE6gH9jK2".repeat(3)].join("");

describe.skipIf(!netns.available)(`a guard that reads the job's log${netns.note}`, () => {
  test("tells of a secret while the job runs, and never what it is", async () => {
    using place = new Workplace();
    place.write("build.log", "begin\n");
    const guard = await watch(place, ["--job-log", "build.log"]);
    appendFileSync(place.path("build.log"), `token is ${TOKEN}\n`);
    const encoded = Buffer.from(`{"token":"${TOKEN}"}`).toString("base64");
    appendFileSync(place.path("build.log"), `and again: ${encoded}\n`);

    expect(await guard.ask("finish")).toMatchObject({ status: 0 });
    const early = guard.report();
    const [first, second] = early.secrets.found;
    expect(first).toMatchObject({
      rule: "github-personal-access-token",
      where: expect.stringMatching(/^log \S+\/build\.log$/),
      line: 2,
      encodings: [],
    });
    expect(second ?? first).toMatchObject({ fingerprint: first?.fingerprint });
    expect(early.findings).toContainEqual(
      expect.objectContaining({
        rule: expect.objectContaining({ id: "secret-in-log" }),
        evidence: expect.objectContaining({ fingerprint: first?.fingerprint, line: 2 }),
      }),
    );
    expect(logSensorOf(early)).toMatchObject({ status: "active", eventsSeen: 3, eventsDropped: 0 });
    const { stderr } = await guard.stop();
    expect(stderr).toContain("log sensor active");
    expect(readFileSync(place.path("report.json"), "utf8")).not.toContain(TOKEN);
    expect(stderr).not.toContain(TOKEN);
  });

  test("tells of values that the job asked to be masked, and not of where it asked", async () => {
    using place = new Workplace();
    place.write("build.log", "::add-mask::a-value-of-the-job\nprinted: a-value-of-the-job\n");
    const guard = await watch(place, ["--job-log", "build.log"]);
    await guard.stop();

    const { found } = guard.report().secrets;
    expect(found).toMatchObject([{ rule: "known-value", line: 2, source: "a mask command" }]);
  });

  test("reads what it is piped, to the end", async () => {
    using place = new Workplace();
    const guard = await watch(place, ["--job-log", "-"]);
    guard.child.stdin?.write(`one\n${TOKEN}\n`);
    expect(await guard.ask("finish")).toMatchObject({ status: 0 });
    expect(logSensorOf(guard.report())).toMatchObject({ status: "active", eventsSeen: 2 });
    guard.child.stdin?.end(`three\n${TOKEN}`);
    expect(await guard.stop()).toMatchObject({ status: 0 });

    expect(guard.report().secrets.found).toMatchObject([
      { where: "standard input", line: 2, count: 2 },
    ]);
  });

  test("tells the step that started something last, where the log says none", async () => {
    using place = new Workplace();
    place.write("build.log");
    const guard = await watch(place, ["--job-log", "build.log"]);
    const step = ["GITHUB_ACTION=__run_2", "GITHUB_JOB=build"];
    expect(await guard.enter("env", ...step, "sleep", "0.6")).toMatchObject({ status: 0 });
    expect(await guard.ask("finish")).toMatchObject({ status: 0 });
    appendFileSync(place.path("build.log"), `${TOKEN}\n`);
    await guard.stop();

    expect(guard.report().secrets.found).toMatchObject([
      { line: 1, step: { step: "__run_2", job: "build" } },
    ]);
  });

  test("finds the runner of GitHub's in its scope, and names the step", async () => {
    using place = new Workplace();
    mkdirSync(place.path("runner/bin"), { recursive: true });
    mkdirSync(place.path("runner/_diag/pages"), { recursive: true });
    const runner = place.path("runner/bin/Runner.Worker");
    writeFileSync(runner, readFileSync("/bin/sleep"), { mode: 0o755 });
    const guard = await watch(place, [], { env: { GITHUB_ACTIONS: "true" } });
    expect(guard.ready).not.toContain("log sensor");
    const running = guard.enter(runner, "60");
    const page = place.path("runner/_diag/pages/1_2_1.log");
    writeFileSync(page, `2026-11-21T23:00:00.0000000Z ##[group]Run ./deploy.sh\n${TOKEN}\n`);
    await expect
      .poll(() => guard.status(), POLL)
      .toMatchObject({ result: { sensors: expect.arrayContaining([ACTIVE]) } });
    await guard.stop();
    await running;

    const report = guard.report();
    expect(report.secrets.found[0]).toMatchObject({
      where: 'log of the step "Run ./deploy.sh"',
      step: { step: "Run ./deploy.sh" },
      line: 2,
    });
    expect(logSensorOf(report)?.status).toBe("active");
  });

  test("says where there is no log to read, and nothing where there could be none", async () => {
    using place = new Workplace();
    const asked = await watch(place, ["--job-log", "logs/build.log"]);
    await asked.stop();
    expect(logSensorOf(asked.report())).toMatchObject({
      status: "unavailable",
      reason: expect.stringContaining("logs does not exist yet"),
    });
    for (const flags of [[], ["--job-log", "none"]]) {
      const guard = await watch(place, flags);
      await guard.stop();
      expect(logSensorOf(guard.report())).toBeUndefined();
    }
  });
});

describe("a log that cannot be meant", () => {
  test.each(["none,build.log", "", "a,,b"])("%j is refused", async (logs) => {
    using place = new Workplace();

    expect(await runHere(place, ["watch", "--job-log", logs])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("give none, or up to 8 of auto, - and paths"),
    });
  });
});

function logSensorOf({ sensors }: Report): Report["sensors"][number] | undefined {
  return sensors.find(({ name }) => name === "log");
}

/** The guard looks for a runner every 2 s, and is asked 5 times a second at most. */
const POLL = { interval: 300 };
const ACTIVE = expect.objectContaining({ name: "log", status: "active", eventsSeen: 2 });

interface Watcher {
  readonly child: ChildProcess;
  /** The line that says so. */
  readonly ready: string;
  ask(...args: readonly string[]): Promise<Ended>;
  status(): Promise<unknown>;
  enter(...command: readonly string[]): Promise<Ended>;
  report(): Report;
  stop(): Promise<Ended>;
}

async function watch(
  place: Workplace,
  options: readonly string[],
  { env = {} }: Pick<StartOptions, "env"> = {},
): Promise<Watcher> {
  const flags = ["--state-dir", "state", "--report", "report.json", "--enforcement", "none"];
  const child = place.start([...IN_A_POD, START, GUARD, "watch", ...flags, ...options], {
    program: "unshare",
    env: { GITHUB_ACTIONS: "", ...env },
  });
  const ended = end(child);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ready = await waitFor("the line that says ready", () => {
    if (child.exitCode !== null) throw new Error(`the guard ended: ${said}`);
    return /^.* ready: .*$/m.exec(said)?.[0];
  });
  const pid = await waitFor("the guard", () => findChild(child));
  return {
    child,
    ready,
    ask: (...asked) => place.run([...asked, "--state-dir", "state"]),
    status: () => askStatus(place.path("state/control.sock")),
    enter: (...command) =>
      place.run(["--target", String(pid), "--pid", "--net", ...command], { program: "nsenter" }),
    report: () => readReport(place.path("report.json")),
    stop() {
      process.kill(pid, "SIGTERM");
      return ended;
    },
  };
}

function askStatus(path: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const socket = connect(path, () => socket.write('{"command":"status"}\n'));
  let text = "";
  socket.on("error", reject);
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  socket.on("close", () => resolve(JSON.parse(text)));
  return promise;
}

function findChild({ pid }: ChildProcess): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
  return children === "" ? undefined : Number(children.split(" ")[0]);
}
