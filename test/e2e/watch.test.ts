/** A guard without a command: in force until it is told to end, open to requests, and to none that would weaken it. */
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";

import { describe, expect, test } from "vitest";

import { requires } from "../support/requires.ts";
import { type Ended, end, GUARD, readReport, type StartOptions, Workplace } from "./guard.ts";
import { waitFor } from "./wait-for.ts";

const { bpf, netns } = requires;
/** Namespaces of its own: nothing else is in its scope, and what it refuses is refused to nobody else. */
const IN_A_POD = ["--pid", "--net", "--fork", "--mount-proc", "--kill-child", "sh", "-c"];
const START = 'ip link set lo up && exec "$0" "$@"';

describe.skipIf(!netns.available)(`a guard of a pod${netns.note}`, () => {
  test("says that it is ready, in a line and in a file, and ends well when it is told to", async () => {
    using place = new Workplace();
    const guard = await watch(place, ["--report", "report.json"]);

    expect(guard.ready).toMatchObject({
      pid: 1,
      scope: "pod",
      mode: { requested: "audit", effective: "audit" },
      enforcement: { builtIn: [] },
    });
    const ended = await guard.stop();
    expect(ended.status).toBe(0);
    expect(ended.stderr).toMatch(/^runner-guard: ready: pid 1, run \S+, scope pod, mode audit, /m);
    const { run } = readReport(place.path("report.json"));
    expect(run).toMatchObject({ id: guard.ready.runId, command: [], exitCode: 0, failures: [] });
    expect(existsSync(place.path("state/ready"))).toBe(false);
    expect(existsSync(place.path("state/control.sock"))).toBe(false);
  });

  test("writes its report when it is asked, and goes on", async () => {
    using place = new Workplace();
    const guard = await watch(place, ["--report", "report.json"]);

    expect(existsSync(place.path("report.json"))).toBe(false);
    const finished = await guard.ask("finish");
    expect(finished).toMatchObject({ status: 0, stderr: "" });
    expect(String(finished.stdout)).toBe(
      "runner-guard: the report is written, and guarding goes on\n",
    );
    const first = readReport(place.path("report.json"));
    expect(first.run).toMatchObject({ id: guard.ready.runId, exitCode: null });
    expect(await guard.ask("label", "team=build")).toMatchObject({ status: 0, stderr: "" });
    expect(await guard.ask("finish")).toMatchObject({ status: 0 });
    const second = readReport(place.path("report.json"));
    expect(second.run.labels).toEqual({ team: "build" });
    expect(second.run.startedAt).toBe(first.run.startedAt);
    await guard.stop();
    expect(readReport(place.path("report.json")).run.labels).toEqual({ team: "build" });
  });

  test("ends, with its last report, when the process ends that it was to outlive", async () => {
    using place = new Workplace();
    // Of the pod, as a runner's worker is; the guard has the number 1.
    const worker = 'sleep 3600 & echo $! > worker; exec "$0" "$@" --until-exit $!';
    const options = [
      "-c",
      worker,
      GUARD,
      "watch",
      "--state-dir",
      "state",
      "--report",
      "report.json",
    ];
    const child = place.start([...IN_A_POD, START, "sh", ...options], { program: "unshare" });
    const ended = end(child);
    await readReady(place, child);
    const guard = await waitFor("the guard", () => findChild(child));
    const { until }: { until: number } = JSON.parse(
      readFileSync(place.path("state/ready"), "utf8"),
    );
    expect(`${until}\n`).toBe(readFileSync(place.path("worker"), "utf8"));
    await place.run(["--target", String(guard), "--pid", "--mount", "kill", "-9", String(until)], {
      program: "nsenter",
    });

    expect(await ended).toMatchObject({ status: 0 });
    expect(readReport(place.path("report.json")).run).toMatchObject({ exitCode: 0 });
    expect(existsSync(place.path("state/control.sock"))).toBe(false);
    const again = await place.run(["watch", "--state-dir", "state", "--until-exit", "4194304"]);
    expect(again).toMatchObject({ status: 69, stderr: expect.stringContaining("no such process") });
  });

  test("keeps the first value of a label", async () => {
    using place = new Workplace();
    const guard = await watch(place);
    await guard.ask("label", "team=build=x");

    expect(await guard.ask("label", "team=evil")).toMatchObject({
      status: 1,
      stderr: "runner-guard: the guard refused: label team is set already, and stays as it is\n",
    });
    expect(await guard.ask("label", "team=build=x")).toMatchObject({ status: 0 });
    await guard.stop();
  });

  test("says in one line what it did, and that finish without --report writes nothing", async () => {
    using place = new Workplace();
    const guard = await watch(place, ["--enforcement", "none"]);

    expect(await guard.ask("finish")).toMatchObject({
      status: 0,
      stderr: "runner-guard: no --report was given: nothing written\n",
    });
    expect(String((await guard.ask("label", "team=build")).stdout)).toBe(
      "runner-guard: the report has the label team\n",
    );
    expect((await guard.ask("tighten", "--deny", "evil.example")).stderr).toBe(
      "runner-guard: stricter from now on, in the report alone: deny evil.example; nothing stands between the job and the network\n",
    );
    await guard.stop();
  });

  test("cannot be weakened, nor told to stop, by whoever reaches its socket", async () => {
    using place = new Workplace();
    const guard = await watch(place, ["--report", "report.json"]);
    for (const request of [
      { command: "stop" },
      { command: "tighten", mode: "audit" },
      { command: "tighten", allow: ["evil.example"] },
    ]) {
      expect(await guard.send(request)).toMatchObject({
        status: "refused",
        reason: expect.stringContaining("stricter, never laxer"),
      });
    }

    expect(await guard.send({ command: "status" })).toMatchObject({
      status: "done",
      result: { runId: guard.ready.runId, mode: guard.ready.mode },
    });
    const { stderr, status } = await guard.stop();
    expect(status).toBe(0);
    expect(stderr.match(/^runner-guard: somebody asked for a weaker guard/gm)).toHaveLength(3);
    const { findings } = readReport(place.path("report.json"));
    expect(findings).toMatchObject(
      Array.from({ length: 3 }, () => ({ rule: { id: "guard-tamper" } })),
    );
  });

  test("is refused a wrong destination as a policy would be", async () => {
    using place = new Workplace();
    const guard = await watch(place);

    expect(await guard.ask("tighten", "--deny", "https://evil.example/")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/the guard refused: deny: "https:\/\/evil\.example\/" /),
    });
    await guard.stop();
  });

  test("is the only one of its state directory, and the next one follows it", async () => {
    using place = new Workplace();
    const guard = await watch(place);
    const second = await place.run(["watch", "--state-dir", "state"]);

    expect(second).toMatchObject({ status: 2 });
    expect(second.stderr).toMatch(/state is that of a guard that is running, with pid 1: end it/);
    expect(await guard.send({ command: "status" })).toMatchObject({ status: "done" });
    await guard.stop();
    const third = await watch(place);
    expect((await third.stop()).status).toBe(0);
  });

  test("that was killed leaves a directory that the next one can use", async () => {
    using place = new Workplace();
    const guard = await watch(place);
    for (const pid of place.processes()) process.kill(pid, "SIGKILL");
    await guard.ended;

    expect(existsSync(place.path("state/ready"))).toBe(true);
    const asked = await guard.ask("finish");
    expect(asked).toMatchObject({ status: 69 });
    expect(asked.stderr).toContain("has ended without a word");
    expect((await (await watch(place)).stop()).status).toBe(0);
  });

  test("goes on when its terminal goes away, and when it is asked for what it does not know", async () => {
    using place = new Workplace();
    const guard = await watch(place);
    for (const signal of ["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGQUIT"] as const) {
      process.kill(guard.pid, signal);
    }

    expect(await guard.send({ command: "status" })).toMatchObject({ status: "done" });
    expect((await guard.stop("SIGINT")).status).toBe(0);
  });

  test("that is told to end while it gets ready ends", async () => {
    using place = new Workplace();
    const child = startInPod(place, ["--quiet"]);
    const ended = end(child);
    await waitFor("the lock", () => existsSync(place.path("state/lock")));
    process.kill(await waitFor("the guard", () => findChild(child)), "SIGTERM");

    expect(await ended).toMatchObject({ status: 0, signal: null });
  });

  test("under GitHub Actions allows what the runner needs, and says so", async () => {
    using place = new Workplace();
    place.write("policy.yml", "version: 1\negress: { allow: [example.com] }\n");
    const env = { GITHUB_ACTIONS: "true" };
    const guard = await watch(place, ["--policy", "policy.yml"], { env });

    expect(guard.ready.enforcement.builtIn).toMatchObject([{ id: "github-actions-required" }]);
    const { stderr } = await guard.stop();
    expect(stderr).toContain(", built-in github-actions-required, ");
    expect(stderr).not.toContain("policy keeps the CI runner");
  });

  test("without the built-in set says who is locked out", async () => {
    using place = new Workplace();
    place.write("policy.yml", "version: 1\negress: { allow: [github.com] }\n");
    const env = { GITHUB_ACTIONS: "true", GITHUB_SERVER_URL: "https://github.com" };
    const guard = await watch(place, ["--policy", "policy.yml", "--built-in", "none"], { env });

    expect(guard.ready.enforcement.builtIn).toEqual([]);
    expect((await guard.stop()).stderr).toMatch(
      /warning: policy keeps the CI runner itself from "api\.github\.com:443", .+: use --built-in auto/,
    );
  });
});

describe.skipIf(!bpf.available || !netns.available)(`what a guard of a pod sees${bpf.note}`, () => {
  test("is what others in the pod do, and policy can fail it", async () => {
    using place = new Workplace();
    place.write("policy.yml", "version: 1\negress: { allow: [], deny: ['127.0.0.1:9'] }\n");
    place.write("job.sh", "echo '' > marked-file; (: </dev/tcp/127.0.0.1/9) 2>/dev/null; exit 0\n");
    const options = ["--policy", "policy.yml", "--fail-on", "violation", "--report", "report.json"];
    const guard = await watch(place, options);
    const job = await guard.enter("bash", "job.sh");
    expect(job.status).toBe(0);
    const ended = await guard.stop();

    expect(ended.status).toBe(86);
    expect(ended.stderr).toMatch(
      /failed: policy does not allow \d+ of the connections \(exit 86\)/,
    );
    const { files, connections } = readReport(place.path("report.json"));
    expect(files.map(({ path }) => path)).toContain(place.path("marked-file"));
    expect(connections).toContainEqual(
      expect.objectContaining({
        rule: "egress.deny: 127.0.0.1:9",
        network: { family: "ipv4", transport: "tcp" },
      }),
    );
  });

  test("names the process that asked for a weaker guard", async () => {
    using place = new Workplace();
    const guard = await watch(place, ["--report", "report.json"]);
    place.write(
      "ask.mjs",
      `import { connect } from "node:net";
      connect("state/control.sock").end('{"command":"stop"}\\n').resume();`,
    );
    const asked = await guard.enter(process.execPath, "ask.mjs");
    const { stderr } = await guard.stop();
    const { findings, processes } = readReport(place.path("report.json"));
    const [finding] = findings.filter(({ rule }) => rule.id === "guard-tamper");
    const culprit = processes.find(({ id }) => id === finding?.processId);

    expect(asked.status).toBe(0);
    expect(culprit?.args.at(-1)).toBe("ask.mjs");
    expect(finding?.evidence).toMatchObject({ pid: culprit?.pid, userId: process.getuid?.() });
    expect(stderr).toContain(`(by process ${culprit?.pid} of user ${process.getuid?.()})`);
  });

  test("is stricter from the moment that tighten returns", async () => {
    using place = new Workplace();
    place.write("job.sh", "(: </dev/tcp/127.0.0.2/80) 2>/dev/null; exit 0\n");
    const guard = await watch(place, ["--report", "report.json"]);
    expect(await guard.enter("bash", "job.sh")).toMatchObject({ status: 0 });
    expect(await guard.ask("tighten", "--deny", "127.0.0.2")).toMatchObject({ status: 0 });
    expect(await guard.enter("bash", "job.sh")).toMatchObject({ status: 0 });
    await guard.stop();

    const { connections } = readReport(place.path("report.json"));
    const rules = connections
      .filter(({ destination }) => destination.ip === "127.0.0.2")
      .map(({ rule, verdict }) => ({ rule, isAllowed: verdict === "allowed" }));
    expect(rules).toEqual([
      { rule: "no-policy", isAllowed: true },
      { rule: "egress.deny: 127.0.0.2", isAllowed: false },
    ]);
  });
});

describe("a guard that cannot be had starts nothing", () => {
  test.each([
    { args: ["--scope", "command"], says: '--scope: "command" is not possible; give pod or host' },
    { args: ["--resolver", "dns.example"], says: "is not possible; give up to 8 addresses" },
    { args: ["--enforcement", "iptables"], says: "give auto, nftables, dns or none" },
    { args: ["--built-in", "all"], says: "give auto or none" },
    { args: ["--state-dir", "/nonexistent/a/b"], says: "is to lie in is not there" },
    { args: ["--state-dir", "open"], says: "chmod go-w makes it safe" },
    { args: ["--state-dir", "state", "--policy", "missing.yml"], says: "does not exist" },
    { args: ["--state-dir", "state", "--report", "no/report.json"], says: "--report" },
    { args: ["--state-dir", "state", "--", "npm", "ci"], says: "too many arguments" },
  ])("$args", async ({ args, says }) => {
    using place = new Workplace();
    mkdirSync(place.path("open"));
    writeFileSync(place.path("open/file"), "");
    const opened = await place.run(["go+w", "open"], { program: "chmod" });
    expect(opened.status).toBe(0);
    const ended = await place.run(["watch", ...args]);

    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining(says) });
    expect(place.remains()).toEqual({ processes: [], files: [] });
  });
});

describe("who talks to no guard is told", () => {
  test.each([[["finish"]], [["label", "a=b"]], [["tighten", "--mode", "block"]]])(
    "%j",
    async (args) => {
      using place = new Workplace();
      const ended = await place.run([...args, "--state-dir", "state"]);

      expect(ended).toMatchObject({
        status: 69,
        stderr: expect.stringMatching(
          /no guard is running in .+: start one with runner-guard watch/,
        ),
      });
    },
  );

  test.each([
    [["label", "nonsense"], "is no label: write KEY=VALUE"],
    [["tighten"], "there is nothing to tighten"],
    [["tighten", "--mode", "audit"], "Allowed choices are block"],
    [["tighten", "--allow", "evil.example"], "unknown option"],
  ])("%j is wrong usage", async (args, says) => {
    using place = new Workplace();

    expect(await place.run(args)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(says),
    });
  });
});

function startInPod(
  place: Workplace,
  options: readonly string[],
  { env = {} }: Pick<StartOptions, "env"> = {},
): ChildProcess {
  const args = [...IN_A_POD, START, GUARD, "watch", "--state-dir", "state", ...options];
  return place.start(args, { program: "unshare", env: { GITHUB_ACTIONS: "", ...env } });
}

interface ReadyState {
  readonly runId: string;
  readonly mode: unknown;
  readonly enforcement: { readonly builtIn: unknown };
}

interface Watcher {
  readonly ready: ReadyState;
  /** As the machine sees it. */
  readonly pid: number;
  readonly ended: Promise<Ended>;
  ask(...args: readonly string[]): Promise<Ended>;
  /** Runs a program in the pod. */
  enter(...command: readonly string[]): Promise<Ended>;
  send(request: unknown): Promise<unknown>;
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

async function watch(
  place: Workplace,
  options: readonly string[] = [],
  { env = {} }: Pick<StartOptions, "env"> = {},
): Promise<Watcher> {
  const child = startInPod(place, options, { env });
  const ended = end(child);
  const ready = await readReady(place, child);
  const pid = await waitFor("the guard", () => findChild(child));
  return {
    ready,
    pid,
    ended,
    enter: (...command) =>
      place.run(["--target", String(pid), "--pid", "--net", ...command], { program: "nsenter" }),
    ask: (...asked) => place.run([...asked, "--state-dir", "state"]),
    send: (request) => send(place.path("state/control.sock"), request),
    stop(signal = "SIGTERM") {
      process.kill(pid, signal);
      return ended;
    },
  };
}

/** A file that a guard left which was killed names another run. */
async function readReady(place: Workplace, child: ChildProcess): Promise<ReadyState> {
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const runId = await waitFor("the line that says ready", () => {
    if (child.exitCode !== null) throw new Error(`the guard ended: ${said}`);
    return /ready: pid \d+, run (?<run>[0-9a-f-]+),/.exec(said)?.groups?.["run"];
  });
  const state: ReadyState = JSON.parse(readFileSync(place.path("state/ready"), "utf8"));
  expect(state.runId).toBe(runId);
  return state;
}

function findChild({ pid }: ChildProcess): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
  return children === "" ? undefined : Number(children.split(" ")[0]);
}

function send(path: string, request: unknown): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const socket = connect(path, () => socket.write(`${JSON.stringify(request)}\n`));
  let text = "";
  socket.on("error", reject);
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  socket.on("close", () => resolve(JSON.parse(text)));
  return promise;
}
