import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";

import { describe, expect, test } from "vitest";

import { requires } from "../support/requires.ts";
import { end, GUARD, readReport, Workplace } from "./guard.ts";
import { waitFor } from "./wait-for.ts";

/** script(1) of util-linux gives a program a terminal, and passes on what is written to its stdin. */
const { terminal } = requires;
const RUN = `"${GUARD}" run --sensor proc`;

describe.skipIf(!terminal.available)(`in a terminal${terminal.note}`, () => {
  test("the summary is as wide as the terminal, and coloured", async () => {
    using place = new Workplace();
    const text = await inTerminal(
      place,
      `stty cols 62; ${RUN} -- true ${"long-argument ".repeat(12)}`,
    );
    const lines = stripVTControlCharacters(text).split(/\r?\n/);

    expect(text).toContain("\u001B[");
    expect(lines.find((line) => line.startsWith("── Runner Guard"))).toHaveLength(62);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(62);
  });

  test.each([
    { why: "NO_COLOR", env: { NO_COLOR: "1" } },
    { why: "a terminal that is dumb", env: { TERM: "dumb" } },
  ])("no colour with $why", async ({ env }) => {
    using place = new Workplace();
    const text = await inTerminal(place, `${RUN} -- true`, env);

    expect(text).toContain("── Runner Guard");
    expect(text).not.toContain("\u001B");
  });

  test("no colour on a stderr that is no terminal", async () => {
    using place = new Workplace();
    await inTerminal(place, `${RUN} -- true 2>summary`);
    const text = readFileSync(place.path("summary"), "utf8");

    expect(text).toContain("── Runner Guard");
    expect(text).not.toContain("\u001B");
  });

  test("a terminal that does not know its size gets the usual width", async () => {
    using place = new Workplace();
    const text = await inTerminal(place, `stty cols 0; ${RUN} -- true`, { NO_COLOR: "1" });
    const heading = text.split(/\r?\n/).find((line) => line.startsWith("── Runner Guard"));

    expect(heading).toHaveLength(100);
  });

  test("the command has the terminal", async () => {
    using place = new Workplace();
    const text = await inTerminal(
      place,
      `${RUN} --quiet -- sh -c 'test -t 0 -a -t 1 -a -t 2 && tty'`,
    );

    expect(text).toContain("/dev/pts/");
  });

  test("how the command left the terminal is how it stays", async () => {
    using place = new Workplace();
    await inTerminal(place, `${RUN} --quiet -- stty -echo; stty -a >settings`);

    expect(readFileSync(place.path("settings"), "utf8")).toContain(" -echo ");
  });

  test("Ctrl-C reaches the command once", async () => {
    using place = new Workplace();
    const listener =
      "trap 'echo INT >>got' INT; touch ready; while [ ! -e enough ]; do sleep 0.01; done; exit 7";
    const screen = startTerminal(
      place,
      `trap : INT; ${RUN} --quiet -- sh -c "${listener}"; echo $? >status`,
    );
    const ended = end(screen);
    await waitFor("the command", () => existsSync(place.path("ready")));
    screen.stdin?.write("\u0003");
    await waitFor("the signal", () => existsSync(place.path("got")));
    screen.stdin?.write("\u0003");
    await waitFor(
      "the second",
      () => readFileSync(place.path("got"), "utf8").split("\n").length > 2,
    );
    place.write("enough");
    await ended;

    expect(readFileSync(place.path("got"), "utf8")).toBe("INT\nINT\n");
    expect(readFileSync(place.path("status"), "utf8")).toBe("7\n");
  });

  test("Ctrl-C ends a command that does not handle it, and the shell sees that", async () => {
    using place = new Workplace();
    const screen = startTerminal(
      place,
      `trap : INT; ${RUN} --quiet --report report.json -- sh -c 'touch ready; exec sleep 1000'; echo $? >status`,
    );
    const ended = end(screen);
    await waitFor("the command", () => existsSync(place.path("ready")));
    screen.stdin?.write("\u0003");
    await ended;

    expect(readFileSync(place.path("status"), "utf8")).toBe("130\n");
    expect(readReport(place.path("report.json")).run.signal).toBe("SIGINT");
  });

  test("Ctrl-Z stops the command, and fg lets it go on", async () => {
    using place = new Workplace();
    const screen = startTerminal(place, "mkfifo gate; exec sh -i");
    const ended = end(screen);
    const command = "touch ready; read line <gate; exit 4";
    screen.stdin?.write(`set -m; ${RUN} --quiet -- sh -c '${command}'\n`);
    await waitFor("the command", () => existsSync(place.path("ready")));
    screen.stdin?.write("\u001A");
    await waitFor("the stop", () => statesOf(place, command).join("") === "TT");
    screen.stdin?.write("echo at the prompt >prompt\n");
    await waitFor("the prompt", () => existsSync(place.path("prompt")));
    screen.stdin?.write("fg\n");
    await writeFile(place.path("gate"), "go\n");
    screen.stdin?.write("echo $? >status; exit\n");
    await ended;

    expect(readFileSync(place.path("status"), "utf8")).toBe("4\n");
  });

  test("a terminal that is closed ends the command, and the report is written", async () => {
    using place = new Workplace();
    const screen = startTerminal(
      place,
      `exec ${RUN} --report report.json -- sh -c 'touch ready; exec sleep 1000'`,
    );
    const ended = end(screen);
    await waitFor("the command", () => existsSync(place.path("ready")));
    screen.kill("SIGKILL");
    await ended;
    await waitFor("the end of all", () => place.processes().length === 0);

    expect(readReport(place.path("report.json")).run.signal).toBe("SIGHUP");
  });

  test("a terminal that is closed does not hang a command that goes on", async () => {
    using place = new Workplace();
    const command = "trap '' HUP; touch ready; while [ ! -e enough ]; do sleep 0.01; done; exit 3";
    const screen = startTerminal(place, `exec ${RUN} --report report.json -- sh -c "${command}"`);
    const ended = end(screen);
    await waitFor("the command", () => existsSync(place.path("ready")));
    screen.kill("SIGKILL");
    await ended;
    place.write("enough");
    await waitFor("the end of all", () => place.processes().length === 0);

    expect(readReport(place.path("report.json")).run.exitCode).toBe(3);
  });
});

function startTerminal(
  place: Workplace,
  script: string,
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return place.start(["-qec", script, "/dev/null"], {
    program: "script",
    env: { SHELL: "/bin/sh", TERM: "xterm", ...env },
  });
}

async function inTerminal(
  place: Workplace,
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await end(startTerminal(place, script, env));
  return stdout.toString();
}

/** The states of the processes that have the text for an argument, as /proc/PID/stat has them. */
function statesOf(place: Workplace, text: string): string[] {
  return place
    .processes()
    .filter((pid) => readOf(pid, "cmdline").split("\0").includes(text))
    .map((pid) => / (?<state>[A-Z]) /.exec(readOf(pid, "stat"))?.groups?.["state"] ?? "gone");
}

function readOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
