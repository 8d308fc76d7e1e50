import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { waitFor } from "../../../e2e/wait-for.ts";
import { requires } from "../../../support/requires.ts";
import { WORD } from "../../redact/pump/masking-stream.ts";

const { terminal } = requires;
const PROGRAM = join(import.meta.dirname, "redact-command.ts");
const toldSchema = z.object({
  exitCode: z.number().nullable(),
  signal: z.string().nullable(),
  isLeftOpen: z.boolean(),
  hasSession: z.boolean(),
  errors: z.array(z.string()),
});
/** How a command ends that nothing is wrong with. */
const WELL = { exitCode: 0, signal: null, isLeftOpen: false, hasSession: false, errors: [] };

describe("what the command writes", () => {
  test("is shown without the secrets, each output where it belongs", async () => {
    using place = new Place();
    const { stdout, stderr } = await inShell(
      place,
      `RUN sh -c 'echo a ${WORD}; echo b ${WORD} >&2'`,
    );

    expect(stdout).toBe("a ***\n");
    expect(stderr).toBe("b ***\n");
    expect(place.told()).toEqual(WELL);
  });

  test("keeps its order where both outputs are one", async () => {
    using place = new Place();
    const loop = "for i in 1 2 3 4 5 6 7 8 9; do echo out $i; echo err $i >&2; done";
    const { stdout } = await inShell(place, `RUN sh -c '${loop}' 2>&1 | cat`);

    expect(stdout).toBe([1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `out ${i}\nerr ${i}\n`).join(""));
  });

  test("comes through as it is in megabytes", async () => {
    using place = new Place();
    const { stdout } = await inShell(
      place,
      "head -c 20M /dev/urandom >in; RUN cat in | sha256sum; sha256sum <in",
    );
    const [through, before] = stdout.split("\n");

    expect(through).toBe(before);
    expect(place.told()).toEqual(WELL);
  });

  test("is appended where it would have been appended", async () => {
    using place = new Place();
    await inShell(place, "echo before >log; RUN echo after >>log");

    expect(place.read("log")).toBe("before\nafter\n");
  });

  test("is not waited for when a process that is left behind could write it", async () => {
    using place = new Place();
    const script = "sleep 1000 & echo $! >left; echo at once; exit 4";
    const { stdout } = await inShell(place, `RUN sh -c '${script}' | cat; kill $(cat left)`);

    expect(stdout).toBe("at once\n");
    expect(place.told()).toEqual({ ...WELL, exitCode: 4, isLeftOpen: true });
  });
});

describe("a reader", () => {
  test("that has enough ends the command by SIGPIPE", async () => {
    using place = new Place();
    const { stdout } = await inShell(place, "RUN yes | head -1");

    expect(stdout).toBe("y\n");
    expect(place.told()).toEqual({ ...WELL, exitCode: null, signal: "SIGPIPE" });
  });

  test("that goes is known to the command at its next line", async () => {
    using place = new Place();
    // The first line after the reader went is the one that fails, as it would be without the guard.
    const script =
      "echo one; until [ -e gone ]; do sleep 0.01; done; sleep 0.2; echo two; touch survived";
    const { stdout } = await inShell(
      place,
      `RUN sh -c '${script}' | (head -1; exec >&- <&-; touch gone)`,
    );

    expect(stdout).toBe("one\n");
    expect(place.has("survived")).toBe(false);
    expect(place.told()).toMatchObject({ exitCode: null, signal: "SIGPIPE" });
  });

  test("that has no room left is an error", async () => {
    using place = new Place();
    await inShell(place, "RUN echo text >/dev/full");

    expect(place.told()).toEqual({ ...WELL, errors: ["ENOSPC"] });
  });
});

describe.skipIf(!terminal.available)(`on a terminal${terminal.note}`, () => {
  test("the command has one of its own, of the same size", async () => {
    using place = new Place();
    const script = "test -t 0 && test -t 1 && test -t 2 && stty size && tty >inner </dev/tty";
    const screen = await onTerminal(
      place,
      `stty cols 63 rows 17; tty >outer; RUN sh -c '${script}'`,
    );

    expect(screen).toBe("17 63\r\n");
    expect(place.read("inner")).toMatch(/^\/dev\/(pts|tty)/);
    expect(place.told()).toEqual({ ...WELL, hasSession: true });
  });

  test("secrets are masked there", async () => {
    using place = new Place();

    expect(await onTerminal(place, `RUN echo ${WORD}`)).toBe("***\r\n");
  });

  test("a prompt is shown before it is answered, and what is typed once", async () => {
    using place = new Place();
    const child = startTerminal(
      place,
      `RUN sh -c 'printf "Name? "; read name; echo "Hello $name"'`,
    );
    const screen = watch(child);
    await waitFor("the prompt", () => screen.text.endsWith("Name? "));
    child.stdin?.write("Bob\n");
    await once(child, "close");

    expect(screen.text).toBe("Name? Bob\r\nHello Bob\r\n");
  });

  test("Ctrl-C ends the foreground job", async () => {
    using place = new Place();
    const child = startTerminal(
      place,
      "trap : INT; RUN sh -c 'echo ready; exec sleep 1000'; echo on",
    );
    const screen = watch(child);
    await waitFor("the command", () => screen.text.includes("ready"));
    child.stdin?.write("\u0003");
    await once(child, "close");

    expect(place.told()).toEqual({ ...WELL, exitCode: null, signal: "SIGINT", hasSession: true });
    expect(screen.text).toBe("ready\r\n^Con\r\n");
  });

  test("how the command left its terminal is how the other is", async () => {
    using place = new Place();
    await onTerminal(place, "RUN stty -echo; stty -a >settings");

    expect(place.read("settings")).toContain(" -echo ");
    expect(place.read("settings")).toContain(" icanon ");
    expect(place.read("settings")).toContain("opost");
  });

  test("a command that changed nothing leaves it as it was", async () => {
    using place = new Place();
    await onTerminal(place, "stty -a >before; RUN true; stty -a >after");

    expect(place.read("after")).toBe(place.read("before"));
  });

  test("another size is told to the command", async () => {
    using place = new Place();
    // stty sets one after the other, and each is told.
    const script = `trap "stty size | grep ^12 && exit" WINCH; echo ready; while :; do sleep 0.01; done`;
    const child = startTerminal(place, `tty >outer; RUN sh -c '${script}'`);
    const screen = watch(child);
    await waitFor("the command", () => screen.text.includes("ready"));
    const resize = spawn("stty", ["-F", place.read("outer").trim(), "cols", "44", "rows", "12"]);
    await once(resize, "close");
    await once(child, "close");

    expect(screen.text).toBe("ready\r\n12 44\r\n");
  });

  test("what is closed ends the command by SIGHUP", async () => {
    using place = new Place();
    const child = startTerminal(place, "RUN sh -c 'touch ready; exec sleep 1000'");
    await waitFor("the command", () => place.has("ready"));
    child.kill("SIGKILL");
    await waitFor("the end", () => place.has("told"));

    expect(place.told()).toMatchObject({ exitCode: null, signal: "SIGHUP" });
  });

  test("stdin from elsewhere stays, and the command stays where Ctrl-C reaches it", async () => {
    using place = new Place();
    const script = "test -t 1 && cat && stty size <&1";
    const screen = await onTerminal(
      place,
      `stty cols 63 rows 17; echo text | RUN sh -c '${script}'`,
    );

    expect(screen).toBe("text\r\n17 63\r\n");
    expect(place.told()).toEqual(WELL);
  });
});

class Place implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "redacted-output-"));

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  has(name: string): boolean {
    return existsSync(join(this.folder, name));
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  told(): z.infer<typeof toldSchema> {
    return toldSchema.parse(JSON.parse(this.read("told")));
  }
}

/** RUN in the script runs what follows with its output redacted. */
function start(place: Place, script: string, program: readonly string[]): ChildProcess {
  const text = script.replace("RUN", '"$node" "$program" told');
  const [first = "", ...rest] = program;
  return spawn(first, [...rest, text, ...(first === "script" ? ["/dev/null"] : [])], {
    cwd: place.folder,
    env: { ...process.env, node: process.execPath, program: PROGRAM, SHELL: "/bin/sh" },
  });
}

function startTerminal(place: Place, script: string): ChildProcess {
  return start(place, script, ["script", "-qec"]);
}

async function onTerminal(place: Place, script: string): Promise<string> {
  const child = startTerminal(place, script);
  const screen = watch(child);
  await once(child, "close");
  return screen.text;
}

async function inShell(place: Place, script: string): Promise<{ stdout: string; stderr: string }> {
  const child = start(place, script, ["sh", "-c"]);
  const screen = watch(child);
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, "close");
  return { stdout: screen.text, stderr };
}

/** What has been shown so far. */
function watch(child: ChildProcess): { text: string } {
  const screen = { text: "" };
  child.stdout?.on("data", (chunk: Buffer) => (screen.text += chunk.toString()));
  return screen;
}
