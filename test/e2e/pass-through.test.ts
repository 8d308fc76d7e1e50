import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { requires } from "../support/requires.ts";
import { GUARD, readReport, Workplace } from "./guard.ts";

const { make, root } = requires;
const BELOW_THE_GUARD = [GUARD, "run", "--sensor", "proc", "--quiet", "--"];
/** What a job's environment holds that shells and Node.js lose or alter. */
const ODD_ENVIRONMENT = [
  "INPUT_NODE-VERSION=24",
  "a.b=c d",
  "BASH_FUNC_greet%%=() {  echo hello\n}",
  "NODE_OPTIONS=--max-old-space-size=64",
  "EMPTY=",
  "LINES=of\nseveral",
  "QUOTES='\"`$(false)",
  "ZERO=last",
  "AN=first",
];

/**
 * Those that are blocked, and those of the first 28 that are ignored, as who is started inherits them: a shell blocks all of its own
 * while it starts somebody.
 */
const SHOW_SIGNALS = `
  grep SigBlk /proc/self/status
  sed -n 's/^SigIgn:.*\\(.......\\)$/\\1/p' /proc/self/status`;

/** A shell script that runs the command in `"$@"`, once as it is and once below the guard. */
function compare(script: string, command: readonly string[]): { direct: Buffer; guarded: Buffer } {
  const run = (args: readonly string[]): Buffer => {
    const { stdout, stderr, status } = spawnSync("sh", ["-c", script, "sh", ...args]);
    if (status !== 0) throw new Error(`ended with ${status}: ${stderr.toString()}`);
    return stdout;
  };
  return { direct: run(command), guarded: run([...BELOW_THE_GUARD, ...command]) };
}

describe("what the command gets and gives is untouched", () => {
  test("a megabyte of anything passes through stdin and stdout", async () => {
    using place = new Workplace();
    const input = randomBytes(1_048_576);
    const { stdout, stderr, status } = await place.run(toArgs(["cat"]), { input });

    expect(status).toBe(0);
    expect(stdout.equals(input)).toBe(true);
    expect(stderr).toBe("");
  });

  test("a megabyte on stderr comes whole, before the summary", async () => {
    using place = new Workplace();
    const { stdout, stderr } = await place.run(
      toArgs(["sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x >&2"], []),
    );

    expect(stdout).toHaveLength(0);
    expect(stderr.startsWith("x".repeat(1_000_000))).toBe(true);
    expect(stderr).toContain("── Runner Guard");
  });

  test.each([
    { what: "is closed", redirection: "2>&-" },
    { what: "has no reader any more", redirection: "2>&1 >/dev/null | true" },
    { what: "is full", redirection: "2>/dev/full" },
  ])("a stderr that $what changes neither status nor report", async ({ redirection }) => {
    using place = new Workplace();
    const guarded = `"${GUARD}" run --sensor proc --report report.json -- sh -c 'exit 3'`;
    const { stdout } = await place.run(
      ["-c", `exec 9>&1; { ${guarded}; echo $? >&9; } ${redirection}`],
      {
        program: "sh",
      },
    );

    expect(stdout.toString()).toBe("3\n");
    expect(readReport(place.path("report.json")).run.exitCode).toBe(3);
  });

  test("the pipes stay blocking ones", () => {
    const script = `"$@" </dev/null 2>&1 | cat`;
    const { direct, guarded } = compare(script, ["grep", "flags", "/proc/self/fdinfo/1"]);

    expect(guarded.toString()).toBe(direct.toString());
  });

  test("the end of stdin is seen, and a stdin that is closed stays closed", async () => {
    using place = new Workplace();
    const { stdout } = await place.run(toArgs(["wc", "-c"]));
    const { direct, guarded } = compare('"$@" <&-', ["sh", "-c", "ls /proc/$$/fd"]);

    expect(stdout.toString().trim()).toBe("0");
    expect(guarded.toString()).toBe(direct.toString());
  });

  test.each([0, 86, 126, 127, 255])("exit status %i", async (status) => {
    using place = new Workplace();
    const command = ["sh", "-c", `exit ${status}`];
    const ended = await place.run(toArgs(command));

    expect(ended).toMatchObject({ status, signal: null, stderr: "" });
  });

  test("the environment, byte for byte and in its order", () => {
    const bytes = Buffer.from("BYTES=\xff\xfe\x80", "latin1");
    const script = `exec env -i ${[...ODD_ENVIRONMENT].map(quote).join(" ")} "$(printf 'BYTES=\\377\\376\\200')" PATH="$PATH" "$@"`;
    const { direct, guarded } = compare(script, ["env", "-0"]);

    expect(direct.includes(bytes)).toBe(true);
    expect(guarded.equals(direct)).toBe(true);
  });

  test("no environment at all", () => {
    const { direct, guarded } = compare('exec env -i "$@"', ["/usr/bin/env"]);

    expect(direct).toHaveLength(0);
    expect(guarded).toHaveLength(0);
  });

  test("an environment too large to note keeps all that a shell keeps", async () => {
    using place = new Workplace();
    const { stdout, status } = await place.run(toArgs(["printenv", "LARGE"]), {
      env: { LARGE: "x".repeat(120_000) },
    });

    expect(status).toBe(0);
    expect(stdout).toHaveLength(120_001);
  });

  test.skipIf(!root.available)(
    `the environment is the command's own where /proc is of another pid namespace${root.note}`,
    async () => {
      using place = new Workplace();
      const { stdout } = await place.run(
        ["--pid", "--fork", GUARD, ...toArgs(["printenv", "WHOSE"])],
        { program: "unshare", env: { WHOSE: "mine" } },
      );

      expect(stdout.toString()).toBe("mine\n");
    },
  );

  test("arguments, byte for byte", () => {
    const script = `"$@" "$(printf '\\377 a')" '' '--help' '*' "new
line"`;
    const { direct, guarded } = compare(script, ["printf", "[%s]"]);

    expect(direct.includes(Buffer.from("[\xff a]", "latin1"))).toBe(true);
    expect(guarded.equals(direct)).toBe(true);
  });

  test.each([
    {
      what: "what a process starts with",
      script: '"$@"',
      command: `
        echo "$0"
        pgrp() { cut -d" " -f5 "/proc/$1/stat"; }
        test "$(pgrp $$)" = "$(pgrp $PPID)" && cut -d" " -f6 /proc/$$/stat
        ${SHOW_SIGNALS}`,
      shows: /^sh\n\d+\n/,
    },
    {
      what: "what it was given instead, signals that are ignored as below nohup among it",
      script: `
        cd /usr/lib; umask 037; ulimit -Sn 321; ulimit -Sc 0
        trap '' HUP INT PIPE USR1
        exec 3</etc/passwd 5>/dev/null 7</dev/zero
        nice -n 3 "$@"`,
      command: `
        pwd -P; umask; ulimit -Sn; ulimit -Sc; nice
        for n in 3 4 5 6 7 8; do readlink /proc/$$/fd/$n || echo none; done
        ${SHOW_SIGNALS}`,
      shows:
        /^\/usr\/lib\n0037\n321\n0\n3\n\/etc\/passwd\nnone\n\/dev\/null\nnone\n\/dev\/zero\nnone\n/,
    },
  ])("$what", ({ script, command, shows }) => {
    const { direct, guarded } = compare(script, ["sh", "-c", command]);

    expect(direct.toString()).toMatch(shows);
    expect(guarded.toString()).toBe(direct.toString());
  });

  test.skipIf(!make.available)(`make's job server works below the guard${make.note}`, async () => {
    using place = new Workplace();
    // Each target waits for the other one, so with one job at a time neither would ever end.
    writeFileSync(place.path("inner.mk"), `all: a b\n${toRule("a", "b")}${toRule("b", "a")}`);
    const guarded = BELOW_THE_GUARD.join(" ");
    writeFileSync(place.path("Makefile"), `all:\n\t+@${guarded} $(MAKE) -f inner.mk\n`);
    const { status, stderr } = await place.run(["-j2"], {
      program: "make",
      env: { MAKEFLAGS: "" },
    });

    expect(stderr).not.toContain("jobserver unavailable");
    expect(status).toBe(0);
  });

  test("a pipe that the command closes is closed, though the guard is still there", async () => {
    using place = new Workplace();
    const guarded = BELOW_THE_GUARD.map(quote).join(" ");
    const script = `
      mkfifo gate
      ${guarded} sh -c 'exec 3>&-; read line <gate' 3>&1 >/dev/null | { cat; echo the pipe ended; echo go >gate; }`;
    const { stdout, status } = await place.run(["-c", script], { program: "sh" });

    expect(status).toBe(0);
    expect(stdout.toString()).toBe("the pipe ended\n");
  });

  test("nohup keeps the command alive when the terminal hangs up", async () => {
    using place = new Workplace();
    const command = ["sh", "-c", "kill -HUP $PPID; kill -HUP $$; echo alive"];
    const { status, stdout } = await place.run([...BELOW_THE_GUARD, ...command], {
      program: "nohup",
    });

    expect(status).toBe(0);
    expect(stdout.toString()).toBe("alive\n");
  });
});

describe("a working directory that was removed", () => {
  test("is the command's as well, and the report's", async () => {
    using place = new Workplace();
    const report = place.path("report.json");
    const script = toScriptInRemoved(`--quiet --report "${report}" -- sh -c 'exit 3'`);
    const { status } = await place.run(["-c", script], { program: "sh" });

    expect(status).toBe(3);
    expect(readReport(report).run.workingDirectory).toBe(`${place.path("gone")} (deleted)`);
  });

  test("takes no report, and that is said", async () => {
    using place = new Workplace();
    const script = toScriptInRemoved("--report report.json -- true");
    const { status, stderr } = await place.run(["-c", script], { program: "sh" });

    expect(status).toBe(2);
    expect(stderr).toContain(
      "runner-guard: --report: cannot write report.json: the working directory was removed",
    );
  });
});

describe("what is run is what would be run without the guard", () => {
  test("a script without a first line that names an interpreter is the shell's", async () => {
    using place = new Workplace();
    writeExecutable(place.path("script"), 'echo "$0" "$1"');
    const { stdout } = await place.run(toArgs(["./script", "argument"]));

    expect(stdout.toString()).toBe("./script argument\n");
  });

  test("PATH is searched in its order, past what cannot be executed", async () => {
    using place = new Workplace();
    for (const name of ["one", "two", "three"]) mkdirSync(place.path(name));
    writeFileSync(place.path("one/tool"), "#!/bin/sh\necho one\n");
    writeExecutable(place.path("two/tool"), "#!/bin/sh\necho two\n");
    writeExecutable(place.path("three/tool"), "#!/bin/sh\necho three\n");
    const { stdout } = await place.run(toArgs(["tool"]), {
      env: { PATH: `one:two:three:${process.env["PATH"] ?? ""}` },
    });

    expect(stdout.toString()).toBe("two\n");
  });

  test("a program behind a link is called by the link's name", async () => {
    using place = new Workplace();
    symlinkSync("/bin/sh", place.path("called"));
    const { stdout } = await place.run(
      toArgs([place.path("called"), "-c", "tr '\\0' ' ' </proc/$$/cmdline"]),
    );

    expect(stdout.toString()).toContain(join(place.folder, "called"));
  });
});

function toArgs(command: readonly string[], options: readonly string[] = ["--quiet"]): string[] {
  return ["run", "--sensor", "proc", ...options, "--", ...command];
}

function toScriptInRemoved(options: string): string {
  return `mkdir gone; cd gone; rmdir ../gone; exec "${GUARD}" run --sensor proc ${options}`;
}

function toRule(own: string, other: string): string {
  return `${own}:\n\t@touch ${own}.here; while [ ! -e ${other}.here ]; do sleep 0.01; done\n`;
}

function writeExecutable(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
