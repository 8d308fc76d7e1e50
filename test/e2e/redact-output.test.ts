import type { ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { requires } from "../support/requires.ts";
import { end, GUARD, readReport, Workplace } from "./guard.ts";
import { waitFor } from "./wait-for.ts";

const { terminal } = requires;
const QUIETLY = ["run", "--sensor", "proc", "--quiet", "--redact-output"];
const RUN = `"${GUARD}" ${QUIETLY.join(" ")} --report report.json`;

describe("what the command writes", () => {
  test("is shown without its secrets, which are found", async () => {
    using place = new Workplace();
    const secret = randomBytes(15).toString("hex");
    const url = `https://someone:${secret}@example.com/`;
    const script = `echo "cloning ${url}"; echo "no access to ${url}" >&2`;
    const { report, ended } = await place.report(
      ["--sensor", "proc", "--redact-output"],
      ["sh", "-c", script],
      { stdio: ["ignore", "pipe", "pipe"] },
    );

    expect(ended.stdout.toString()).toBe("cloning https://someone:***@example.com/\n");
    expect(ended.stderr).toContain("no access to https://someone:***@example.com/\n");
    expect(`${ended.stderr}${JSON.stringify(report)}`).not.toContain(secret);
    expect(report.findings.map(({ rule }) => rule.id)).toContain("secret-in-log");
  });

  test("comes through as it is where there is no secret in it, in megabytes", async () => {
    using place = new Workplace();
    // The same each time: in one of thirty of chance something is assigned to what is called PWD.
    const bytes = createHash("shake256", { outputLength: 10_000_000 }).update("bytes").digest();
    writeFileSync(place.path("bytes"), bytes);
    const { stdout, status } = await place.run([...QUIETLY, "--", "cat", "bytes"]);

    expect(status).toBe(0);
    expect(hashOf(stdout)).toBe(hashOf(bytes));
  });

  test("keeps its order where both outputs are one", async () => {
    using place = new Workplace();
    const loop = "for i in 1 2 3 4 5 6 7 8 9; do echo out $i; echo err $i >&2; done";
    const { stdout } = await inShell(place, `${RUN} -- sh -c '${loop}' 2>&1 | cat`);

    expect(stdout.toString()).toBe(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `out ${i}\nerr ${i}\n`).join(""),
    );
  });

  test("is shown before the line has ended, where someone is asked", async () => {
    using place = new Workplace();
    const child = place.start([
      ...QUIETLY,
      "--",
      "sh",
      "-c",
      'printf "Name? "; read name; echo "Hello $name"',
    ]);
    const [prompt] = await once(child.stdout ?? child, "data");
    const ended = end(child);
    child.stdin?.end("Bob\n");

    expect(String(prompt)).toBe("Name? ");
    expect((await ended).stdout.toString()).toBe("Hello Bob\n");
  });

  test("stands before the summary", async () => {
    using place = new Workplace();
    const { stdout } = await inShell(
      place,
      `"${GUARD}" run --sensor proc --redact-output -- seq 100000 2>&1 | cat`,
    );
    const lines = stdout.toString().split("\n");

    expect(lines.indexOf("100000")).toBe(99_999);
    expect(lines.findIndex((line) => line.startsWith("── Runner Guard"))).toBeGreaterThan(99_999);
  });

  test("is not waited for when a process that is left behind could write it, and that is said", async () => {
    using place = new Workplace();
    const { stdout, stderr, status } = await place.run([
      ...QUIETLY,
      "--",
      "sh",
      "-c",
      "sleep 1000 & echo at once; exit 4",
    ]);

    expect(status).toBe(4);
    expect(stdout.toString()).toBe("at once\n");
    expect(stderr).toContain("a process that the command left behind still has its output");
  });
});

describe("how the command ends is how the guard ends", () => {
  test.each([0, 7])("exit status %i, and nothing is left", async (status) => {
    using place = new Workplace();
    const ended = await place.run([...QUIETLY, "--", "sh", "-c", `echo text; exit ${status}`]);

    expect(ended).toMatchObject({ status, signal: null, stderr: "" });
    expect(place.remains()).toEqual({ processes: [], files: [] });
  });

  test.each(["SIGTERM", "SIGPIPE"] as const)("%s", async (signal) => {
    using place = new Workplace();
    const ended = await place.run([...QUIETLY, "--", "sh", "-c", `kill -${signal.slice(3)} $$`]);

    expect(ended).toMatchObject({ status: null, signal });
  });

  test("a command that cannot be found", async () => {
    using place = new Workplace();

    expect((await place.run([...QUIETLY, "--", "no-such-program"])).status).toBe(127);
  });

  test("a signal for the guard reaches the command", async () => {
    using place = new Workplace();
    const script = "trap 'echo got it; exit 5' TERM; touch ready; while :; do sleep 0.01; done";
    const child = place.start([...QUIETLY, "--", "sh", "-c", script]);
    const ended = end(child);
    await waitFor("the command", () => existsSync(place.path("ready")));
    child.kill("SIGTERM");
    const { status, stdout } = await ended;

    expect(status).toBe(5);
    expect(stdout.toString()).toBe("got it\n");
  });
});

describe("a reader", () => {
  test("that has enough ends the command by SIGPIPE", async () => {
    using place = new Workplace();
    const { stdout } = await inShell(place, `${RUN} -- yes | head -1`);

    expect(stdout.toString()).toBe("y\n");
    expect(readReport(place.path("report.json")).run.signal).toBe("SIGPIPE");
  });

  test("that does not read holds up the command, but not who asks the command to end", async () => {
    using place = new Workplace();
    const child = place.start([
      ...QUIETLY,
      "--report",
      "report.json",
      "--",
      "sh",
      "-c",
      "touch ready; head -c 3000000 /dev/zero; touch done",
    ]);
    const ended = once(child, "exit");
    await waitFor("the command", () => existsSync(place.path("ready")));
    child.kill("SIGTERM");

    expect(await ended).toEqual([null, "SIGTERM"]);
    expect(existsSync(place.path("done"))).toBe(false);
    expect(readReport(place.path("report.json")).run.signal).toBe("SIGTERM");
  });

  test("that has no room left is an error, with an exit status of its own", async () => {
    using place = new Workplace();
    const { stdout, stderr } = await inShell(place, `${RUN} -- echo text >/dev/full; echo $?`);

    expect(stdout.toString()).toBe("74\n");
    expect(stderr).toMatch(/^runner-guard: the command's output could not be written: ENOSPC/);
  });
});

describe.skipIf(!terminal.available)(`in a terminal${terminal.note}`, () => {
  test("Ctrl-C ends the foreground job, and the shell sees that", async () => {
    using place = new Workplace();
    const child = startTerminal(
      place,
      `trap : INT; ${RUN} -- sh -c 'touch ready; exec sleep 1000'; echo $? >status`,
    );
    const ended = end(child);
    await waitFor("the command", () => existsSync(place.path("ready")));
    child.stdin?.write("\u0003");
    await ended;

    expect(readFileSync(place.path("status"), "utf8")).toBe("130\n");
    expect(readReport(place.path("report.json")).run.signal).toBe("SIGINT");
  });

  test("the command has a terminal of the same size, and how it left that is how the other is, which else stays as it was", async () => {
    using place = new Workplace();
    const look = "test -t 0 && test -t 1 && test -t 2 && stty size";
    const { stdout } = await end(
      startTerminal(
        place,
        `stty cols 63 rows 17; stty -a >before; ${RUN} -- sh -c '${look}'; stty -a >between; ${RUN} -- stty -echo; stty -a >after`,
      ),
    );
    expect(stdout.toString()).toBe("17 63\r\n");
    const settings = (name: string): string => readFileSync(place.path(name), "utf8");

    expect(settings("between")).toBe(settings("before"));
    expect(settings("after")).toBe(settings("before").replace(" echo ", " -echo "));
  });

  test("a terminal that is closed ends the command, and the report is written", async () => {
    using place = new Workplace();
    const child = startTerminal(place, `exec ${RUN} -- sh -c 'touch ready; exec sleep 1000'`);
    const ended = end(child);
    await waitFor("the command", () => existsSync(place.path("ready")));
    child.kill("SIGKILL");
    await ended;
    await waitFor("the end of all", () => place.processes().length === 0);

    expect(readReport(place.path("report.json")).run.signal).toBe("SIGHUP");
  });

  test("what the guard says while it is raw begins at the left", async () => {
    using place = new Workplace();
    const script =
      "trap '' TERM; touch ready; while [ ! -e enough ]; do sleep 0.01; done; echo end";
    const child = startTerminal(place, `${RUN} -- sh -c "${script}"`);
    let screen = "";
    child.stdout?.on("data", (chunk: Buffer) => (screen += chunk.toString()));
    await waitFor("the command", () => existsSync(place.path("ready")));
    const guard = await waitFor("the guard", () => findGuard(place));
    await waitFor("the warning", () => {
      process.kill(guard, "SIGTERM");
      return screen.includes("one more SIGTERM kills it\r\n");
    });
    place.write("enough");
    await once(child, "close");

    expect(screen).not.toMatch(/[^\r]\n/);
  });
});

function inShell(place: Workplace, script: string): ReturnType<typeof end> {
  return end(place.start(["-c", script], { program: "sh", stdio: ["ignore", "pipe", "pipe"] }));
}

function startTerminal(place: Workplace, script: string): ChildProcess {
  return place.start(["-qec", script, "/dev/null"], {
    program: "script",
    env: { SHELL: "/bin/sh", TERM: "xterm" },
  });
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function findGuard(place: Workplace): number | undefined {
  return place.processes().find((pid) => {
    const [program, ...args] = readCommandLine(pid);
    return program?.endsWith("node") && args.includes("--redact-output");
  });
}

/** Empty where the process has ended meanwhile. */
function readCommandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0");
  } catch {
    return [];
  }
}
