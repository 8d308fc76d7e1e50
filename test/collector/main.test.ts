import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  closeSync,
  openSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PassThrough } from "node:stream";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createProgram } from "../../collector/command-line/program.ts";
import { COMPILE_CACHE } from "../support/compile-cache.ts";
import { ask, GuardClient } from "./support/guard-client.ts";

const COMMAND = join(import.meta.dirname, "../../bin/runner-guard-collector");
const ENVIRONMENT = { PATH: "/usr/bin:/bin", NODE_COMPILE_CACHE: COMPILE_CACHE };
const SECOND = ["--listen", "127.0.0.1:0"];

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("serve", () => {
  test("starts with nothing configured, tells the admin's token once, and ends cleanly on SIGTERM", async () => {
    const first = startServe();
    const said = await readUntil(first, /ready: (\S+), data in /);
    const [, url = ""] = /ready: (\S+),/.exec(said) ?? [];
    const [, token = ""] = /told this once: (\S+)/.exec(said) ?? [];
    const reply = await ask(url, token, "/v1/runs");
    const saysAtTheEnd = readUntil(first, /ended: /);
    const ended = await end(first);
    readDatabase(join(directory, "data/events.db"));
    const second = startServe();
    const saidAgain = await readUntil(second, /ready: /);
    await end(second);

    expect(reply).toEqual({ status: 200, body: { items: [], nextCursor: null } });
    expect(ended).toEqual([0, null]);
    expect(await saysAtTheEnd).toMatch(/ending: takes nothing new.*\n.*ended: all that was/);
    expect(saidAgain).not.toContain("told this once");
    expect(saidAgain).not.toContain("did not end by itself");
    expect(readdirSync(join(directory, "data")).toSorted()).toEqual([
      "admin-token.sha256",
      "events.db",
      "lock.db",
      "master.key",
    ]);
  });

  test("logs each run in a line of JSON where no terminal reads it, and requests where they are asked for", async () => {
    const token = "agent-token-of-16";
    const child = spawn(
      COMMAND,
      ["serve", ...SECOND, "--data-dir", join(directory, "data"), "--log-level", "debug"],
      {
        env: { ...ENVIRONMENT, RUNNER_GUARD_AGENT_TOKEN: token },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    const said = await readUntil(child, /ready: (\S+), data in /);
    const [, url = ""] = /ready: (\S+),/.exec(said) ?? [];
    const { run } = await GuardClient.start(url, token);
    await ask(url, "somebody-else", "/v1/runs");
    child.kill("SIGTERM");
    const log = await readUntil(child, /requests were refused.*\n/);
    const lines = log
      .split("\n")
      .flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));

    expect(lines).toMatchObject([
      { level: "info", msg: "run began", run: run.runId, repository: "acme/app" },
      { level: "debug", msg: "request", method: "POST", url: "/v1/runs", outcome: "ok" },
      { level: "debug", msg: "request", url: "/v1/runs", outcome: "unauthorized" },
      { level: "info", msg: "requests were refused", unauthorized: 1 },
    ]);
    expect(log).not.toContain(token);
    expect(log).not.toContain(run.uploadKey);
  });

  test("ends although nobody reads its log", async () => {
    const child = spawn(
      COMMAND,
      ["serve", ...SECOND, "--data-dir", join(directory, "data"), "--log-level", "debug"],
      { env: ENVIRONMENT, stdio: ["ignore", "ignore", "pipe"] },
    );
    const [, url = ""] = /ready: (\S+),/.exec(await readUntil(child, /ready: (\S+),/)) ?? [];
    child.stderr.pause();
    // More than a pipe and what Node.js reads ahead hold.
    for (let request = 0; request < 600; request += 1) {
      await fetch(`${url}/v1/runs?${"x".repeat(400)}`).then((reply) => reply.text());
    }

    expect(await end(child)).toEqual([0, null]);
  });

  test("refuses a port that is taken, with what it is", async () => {
    const first = startServe();
    const [, port = ""] = /:(\d+), data/.exec(await readUntil(first, /ready: .*, data/)) ?? [];
    const { status, stderr } = serve([
      "--listen",
      `127.0.0.1:${port}`,
      "--data-dir",
      `${directory}/other`,
    ]);
    await end(first);

    expect([status, stderr]).toEqual([
      69,
      expect.stringContaining(`--listen 127.0.0.1:${port}: it is taken; `),
    ]);
    // Nobody would have it who did not read this.
    expect(stderr).not.toContain("admin token");
    expect(readdirSync(join(directory, "other"))).not.toContain("admin-token.sha256");
  });

  test.each<[string, string[], Record<string, string>, string]>([
    [
      "an address that is none",
      ["--listen", "nowhere"],
      {},
      '--listen: "nowhere" is no address and port',
    ],
    ["a port above all", ["--listen", "127.0.0.1:70000"], {}, "is no address and port"],
    [
      "a token that can be guessed",
      [],
      { RUNNER_GUARD_AGENT_TOKEN: "short" },
      "RUNNER_GUARD_AGENT_TOKEN: a token has 16 letters",
    ],
    [
      "an agent's token that is the admin's",
      [],
      { RUNNER_GUARD_AGENT_TOKEN: "x".repeat(32), RUNNER_GUARD_ADMIN_TOKEN: "x".repeat(32) },
      "RUNNER_GUARD_AGENT_TOKEN is the same as RUNNER_GUARD_ADMIN_TOKEN",
    ],
    [
      "an agent's token that is a responder's",
      [],
      { RUNNER_GUARD_AGENT_TOKEN: "x".repeat(32), RUNNER_GUARD_RESPONDER_TOKEN: "x".repeat(32) },
      "RUNNER_GUARD_AGENT_TOKEN is the same as RUNNER_GUARD_RESPONDER_TOKEN",
    ],
    [
      "a level that is none",
      ["--log-level", "all"],
      {},
      '--log-level: "all" is none; write one of',
    ],
    [
      "an option that is none",
      ["--what"],
      {},
      "runner-guard-collector: unknown option '--what'\nTry `runner-guard-collector serve --help`",
    ],
  ])("refuses %s with status 2 and starts nothing", async (_, args, environment, message) => {
    const serving = ["serve", ...args, "--data-dir", join(directory, "data")];
    const { status, stderr } = await runHere(serving, environment);

    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("says at once all that is wrong with its options", async () => {
    const path = join(directory, "alerting.json");
    writeFileSync(path, '{"sinks": 1, "routs": []}');
    const args = ["--listen", "8787", "--keep", "x", "--log-level", "all", "--alerting", path];
    const { status, stderr } = await runHere(["serve", ...args], {
      RUNNER_GUARD_AGENT_TOKEN: "short",
    });

    expect(status).toBe(2);
    expect(stderr.split("\n")).toEqual([
      "runner-guard-collector: 5 things are wrong",
      expect.stringMatching(/^ {2}RUNNER_GUARD_AGENT_TOKEN: a token has 16/),
      expect.stringMatching(/^ {2}--listen: "8787" is no address/),
      expect.stringMatching(/^ {2}--keep: /),
      expect.stringMatching(/^ {2}--alerting: .*: 2 faults$/),
      "    sinks: has to be a JSON object",
      "    routs: is not known here, did you mean routes?",
      expect.stringMatching(/^ {2}--log-level: "all" is none/),
      "",
    ]);
  });

  test("with --check says at once what is wrong with all that its options lead to", async () => {
    const path = join(directory, "alerting.json");
    const sinks = { chat: { type: "teams", urlFile: "/nowhere" } };
    writeFileSync(path, JSON.stringify({ sinks }));
    const checking = ["serve", "--check", "--data-dir", "/proc/none", "--alerting", path];
    const { status, stderr } = await runHere(checking);

    expect(status).toBe(69);
    expect(stderr).toContain("2 things are wrong\n  /proc/none: cannot be made");
    expect(stderr).toContain("\n  --alerting: sinks.chat.urlFile: /nowhere: there is no such");
  });

  test("refuses a directory that cannot be made", async () => {
    const serving = ["serve", ...SECOND, "--data-dir", "/proc/none/data"];
    const { status, stderr } = await runHere(serving);

    expect([status, stderr]).toEqual([
      69,
      expect.stringContaining("/proc/none/data: cannot be made"),
    ]);
  });

  test("with --check says that all is well, and who could send nothing, and starts nothing", () => {
    const { status, stdout, stderr } = serve(["--check", "--data-dir", join(directory, "data")]);

    expect([status, stdout, readdirSync(directory)]).toEqual([0, "ok\n", []]);
    expect(stderr).toContain(
      "warning: no agent can start a run: RUNNER_GUARD_AGENT_TOKEN is not set",
    );
  });

  test("with --check says which secrets others can read, and that nobody would be told", async () => {
    const [open, closed] = [join(directory, "open"), join(directory, "closed")];
    writeFileSync(open, "https://chat.test/x");
    writeFileSync(closed, "https://chat.test/x");
    chmodSync(open, 0o644);
    chmodSync(closed, 0o640);
    const check = (file: object) => {
      const path = join(directory, "alerting.json");
      writeFileSync(path, JSON.stringify(file));
      const checking = ["serve", "--check", "--data-dir", join(directory, "data")];
      return runHere([...checking, "--alerting", path]);
    };
    const chat = { type: "teams" };
    const { status, stderr } = await check({
      sinks: { a: { ...chat, urlFile: open }, b: { ...chat, urlFile: closed } },
    });

    expect([status, stderr.includes(closed)]).toEqual([0, false]);
    expect(stderr).toContain(`warning: sinks.a.urlFile: other users can read or write ${open}`);
    expect((await check({})).stderr).toContain("the file has no sinks");
    const nowhere = await check({ sinks: { a: { ...chat, urlFile: "/nowhere" } } });
    expect(nowhere.stderr).toContain(
      "--alerting: sinks.a.urlFile: /nowhere: there is no such file",
    );
  });

  test("with --check says which runs may never come", async () => {
    const path = join(directory, "detection.json");
    writeFileSync(path, '{"learn": {"events": ["push", "tag"]}}');
    const checking = ["serve", "--check", "--data-dir", join(directory, "data")];
    const { status, stderr } = await runHere([...checking, "--detection", path]);

    expect([status, stderr.includes('"push"')]).toEqual([0, false]);
    expect(stderr).toContain(
      'warning: --detection: learn.events: "tag" is none that is known of GitHub',
    );
  });

  test("with --check says which runs anybody begins, and which refs GitHub has none of", async () => {
    const path = join(directory, "detection.json");
    const events = ["push", "pull_request_target", "issue_comment", "merge_request_event"];
    const refs = ["main", "develop", "refs/heads/develop", "refs/tags/**"];
    writeFileSync(path, JSON.stringify({ learn: { events, refs } }));
    const checking = ["serve", "--check", "--data-dir", join(directory, "data")];
    const { status, stderr } = await runHere([...checking, "--detection", path]);

    const told = stderr.split("\n").filter((line) => line.includes("--detection: "));
    expect([status, told]).toEqual([
      0,
      [
        ...events.slice(1).map((event) => expect.stringContaining(`"${event}": anybody can begin`)),
        expect.stringContaining('learn.refs: "main" is a branch of GitLab'),
      ],
    ]);
  });

  test("with --check says that nobody could cancel a run", async () => {
    const path = join(directory, "response.json");
    const check = (file: object) => {
      writeFileSync(path, JSON.stringify(file));
      const checking = ["serve", "--check", "--data-dir", join(directory, "data")];
      return runHere([...checking, "--response", path]);
    };
    const rules = [{ action: "none" }, { action: "cancel-run" }];
    const tokenFile = join(directory, "token");
    writeFileSync(tokenFile, "x");
    const said = 'warning: --response: rules[1].action: there is no "github"';

    expect((await check({ rules })).stderr).toContain(said);
    expect(
      (await check({ rules, github: [{ tokenFile, repositories: ["acme/*"] }] })).stderr,
    ).not.toContain(said);
  });

  test.each([
    ["0.0.0.0:8787", true],
    ["[::]:8787", true],
    ["127.0.0.1:8787", false],
    ["localhost:8787", false],
  ])("with --check says whether tokens travel in clear to %s", async (listen, isTold) => {
    const checking = ["serve", "--check", "--data-dir", join(directory, "data")];
    const { status, stderr } = await runHere([...checking, "--listen", listen]);

    expect([status, stderr.includes("warning: --listen: other machines may reach")]).toEqual([
      0,
      isTold,
    ]);
  });

  test("ends with 74 where what it says cannot be written", () => {
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(COMMAND, ["serve", "--check", "--data-dir", directory], {
      encoding: "utf8",
      stdio: ["ignore", full, "pipe"],
      timeout: 20_000,
    });
    closeSync(full);

    expect([status, stderr]).toEqual([74, expect.stringContaining("cannot be written: ENOSPC")]);
  });

  test("with --check refuses a directory that it could not make", async () => {
    const { status, stderr } = await runHere(["serve", "--check", "--data-dir", "/proc/none"]);

    expect([status, stderr]).toEqual([69, expect.stringContaining("/proc/none: cannot be made")]);
  });

  test("with --check refuses a key that is none, and says that others can enter", async () => {
    chmodSync(directory, 0o755);
    writeFileSync(join(directory, "master.key"), "00");
    const { status, stderr } = await runHere(["serve", "--check", "--data-dir", directory]);

    expect(status).toBe(69);
    expect(stderr).toContain(`chmod 700 ${directory}`);
    expect(stderr).toContain("master.key: is not what the collector wrote there");
  });

  test("keeps what it has from others in a directory that they can enter, and says so", async () => {
    const data = join(directory, "data");
    mkdirSync(data);
    chmodSync(data, 0o755);
    const child = startServe();
    const said = await readUntil(child, /ready: /);
    const modes = readdirSync(data).map((name) => statSync(join(data, name)).mode & 0o777);
    await end(child);

    expect(said).toContain(`chmod 700 ${data}`);
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  test("does not start where others could put a key of theirs", () => {
    const data = join(directory, "data");
    mkdirSync(data);
    chmodSync(data, 0o777);
    const { status, stderr } = serve([...SECOND, "--data-dir", data]);

    expect([status, stderr]).toEqual([69, expect.stringContaining("other users can write to it")]);
    expect(readdirSync(data)).toEqual([]);
  });
});

test.each([
  ["verify", [], 2, "GET /v1/runs lists the runs, each with its id"],
  ["verify", ["run", "--data-dir", "/none"], 69, "/none: there is no such directory; --data-dir"],
  ["token", ["list", "--data-dir", "/none"], 69, "/none: there is no such directory; --data-dir"],
  ["export", ["--since", "2026-01-31", "--data-dir", "/none"], 69, "/none: there is no such"],
  ["export", ["run", "--since", "2026-01-31"], 2, "name runs or a time with --since, not both"],
  ["export", ["--since", "tomorrow"], 2, '--since: "tomorrow" is no time; write one such as'],
  ["export", ["--since", "2026-02-30"], 2, '--since: "2026-02-30" is no time; write one such as'],
  ["token", ["add", "--role", "boss"], 2, "Try `runner-guard-collector token add --help`"],
  ["help", ["tokn"], 2, 'help knows no command "tokn", did you mean token?'],
  ["token", ["help", "ad"], 2, 'help knows no command "ad", did you mean add?'],
  ["verify", ["run", "--data-dir", COMMAND], 69, `${COMMAND}: is no directory; --data-dir`],
  ["backup", ["/none/copy", "--data-dir", "/tmp"], 69, "there is no /none to make it in"],
  ["backup", ["/copy", "--data-dir", "/none"], 69, "/none: there is no such directory; --data-dir"],
])("%s %j ends with %i and says what to write", async (command, args, expected, message) => {
  const { status, stderr } = await runHere([command, ...args]);

  expect([status, stderr]).toEqual([expected, expect.stringContaining(message)]);
});

test("says its version", () => {
  const { status, stdout } = spawnSync(COMMAND, ["--version"], { encoding: "utf8" });

  expect([status, stdout]).toEqual([0, expect.stringMatching(/^runner-guard-collector \d+\.\d+/)]);
});

test("a token can be made before the collector's first start", () => {
  const data = join(directory, "data");
  const args = ["token", "add", "--tenant", "acme", "--role", "agent", "--data-dir", data];
  const { status, stdout, stderr } = spawnSync(COMMAND, args, {
    encoding: "utf8",
    env: ENVIRONMENT,
    timeout: 20_000,
  });

  expect([status, stdout]).toEqual([0, expect.stringMatching(/^rg_agent_\S+\n$/)]);
  expect(stderr).toContain(`${data}: made; a collector that keeps its data elsewhere`);
  expect(statSync(data).mode & 0o777).toBe(0o700);
});

function startServe(): ChildProcess {
  return spawn(COMMAND, ["serve", ...SECOND, "--data-dir", join(directory, "data")], {
    env: ENVIRONMENT,
    stdio: ["ignore", "ignore", "pipe"],
  });
}

function serve(args: readonly string[], environment: Record<string, string> = {}) {
  return spawnSync(COMMAND, ["serve", ...args], {
    encoding: "utf8",
    env: { ...ENVIRONMENT, ...environment },
    timeout: 20_000,
  });
}

/** Without a process of its own, where nothing is served: to start one takes longer than all that it does. */
async function runHere(args: readonly string[], environment: Record<string, string> = {}) {
  let [status, said] = [0, ""];
  const stdout = new PassThrough();
  const writeLine = (line: string) => void (said += line);
  const program = createProgram({
    environment,
    stdin: new PassThrough(),
    stdout,
    isTerminal: false,
    say: (text) => writeLine(`runner-guard-collector: ${text}\n`),
    writeLine,
    waitForEnd: () => Promise.withResolvers<void>().promise,
    setExitStatus: (given) => void (status = given),
  });
  await program.run(args);
  return { status, stdout: String(stdout.read() ?? ""), stderr: said };
}

async function readUntil({ stderr }: ChildProcess, pattern: RegExp): Promise<string> {
  let text = "";
  for await (const chunk of stderr?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk);
    if (pattern.test(text)) return text;
  }
  throw new Error(`it ended with: ${text}`);
}

async function end(child: ChildProcess): Promise<unknown[]> {
  child.kill("SIGTERM");
  return once(child, "exit");
}

/** It leaves a log without a byte. */
function readDatabase(path: string): void {
  using database = new DatabaseSync(path, { readOnly: true });
  database.prepare("SELECT count(*) FROM runs").get();
}
