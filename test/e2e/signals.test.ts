import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { end, readReport, Workplace } from "./guard.ts";
import { waitFor } from "./wait-for.ts";

const QUIETLY = ["run", "--sensor", "proc", "--quiet", "--report", "report.json", "--", "sh", "-c"];

/** Notes each signal that it gets in `got`, and ends with 7 when the file `enough` appears. */
const LISTENER = `
  for name in TERM INT HUP USR1 USR2 QUIT; do trap "echo $name >>got" $name; done
  touch ready
  while [ ! -e enough ]; do sleep 0.01; done
  exit 7`;

describe("how the command ends is how the guard ends", () => {
  test.each(["SIGTERM", "SIGKILL", "SIGSEGV", "SIGABRT", "SIGPIPE", "SIGINT", "SIGHUP"] as const)(
    "death by %s",
    async (signal) => {
      using place = new Workplace();
      const command = ["sh", "-c", `kill -${signal.slice(3)} $$`];
      const { report, ended } = await place.report(["--sensor", "proc"], command);

      expect(ended).toMatchObject({ status: null, signal });
      expect(report.run).toMatchObject({ exitCode: null, signal });
    },
  );
});

describe("signals for the guard reach the command", () => {
  // At the third one that asks a command to end it is killed.
  test.each([
    { signals: ["SIGUSR1", "SIGUSR2", "SIGTERM", "SIGHUP"] },
    { signals: ["SIGINT", "SIGQUIT"] },
  ] as const)("$signals, each once", async ({ signals }) => {
    using place = new Workplace();
    const { child, ended } = await startListener(place);
    for (const [index, signal] of signals.entries()) {
      child.kill(signal);
      await waitFor(signal, () => received(place).length > index);
    }
    writeFileSync(place.path("enough"), "");

    expect(await ended).toMatchObject({ status: 7, signal: null });
    expect(received(place)).toEqual(signals.map((signal) => signal.slice(3)));
  });

  test("a command that a forwarded signal ends makes the guard end by it, after the report", async () => {
    using place = new Workplace();
    const child = place.start([...QUIETLY, "touch ready; exec sleep 1000"]);
    const ended = end(child);
    await waitFor("the command", () => existsSync(place.path("ready")));
    child.kill("SIGTERM");

    expect(await ended).toMatchObject({ status: null, signal: "SIGTERM" });
    expect(readReport(place.path("report.json")).run.signal).toBe("SIGTERM");
  });

  test("SIGINT twice comes twice, with a warning", async () => {
    using place = new Workplace();
    const { child, ended } = await startListener(place);
    child.kill("SIGINT");
    await waitFor("the first", () => received(place).length === 1);
    child.kill("SIGINT");
    await waitFor("the second", () => received(place).length === 2);
    writeFileSync(place.path("enough"), "");
    const { status, stderr } = await ended;

    expect(status).toBe(7);
    expect(received(place)).toEqual(["INT", "INT"]);
    expect(stderr).toBe("runner-guard: the command is still running; one more SIGINT kills it\n");
  });

  test("a command that ignores SIGTERM is killed at the third", async () => {
    using place = new Workplace();
    const child = place.start([
      ...QUIETLY,
      "trap '' TERM; touch ready; while :; do sleep 0.01; done",
    ]);
    const ended = end(child);
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await waitFor("the command", () => existsSync(place.path("ready")));
    child.kill("SIGTERM");
    // Two that wait at the same time are one to the kernel, so the next is sent when the last was answered.
    await waitFor("the warning", () => {
      if (said === "") child.kill("SIGTERM");
      return said.includes("one more SIGTERM kills it");
    });
    child.kill("SIGTERM");
    const { signal, stderr } = await ended;

    expect(signal).toBe("SIGKILL");
    expect(stderr).toContain("the command did not end when asked, and is killed");
    expect(readReport(place.path("report.json")).run.signal).toBe("SIGKILL");
  });

  test("a signal for the whole group ends both, with a report", async () => {
    using place = new Workplace();
    const child = place.start([...QUIETLY, "touch ready; sleep 1000"], { detached: true });
    const ended = end(child);
    await waitFor("the command", () => existsSync(place.path("ready")));
    process.kill(-(child.pid ?? 0), "SIGTERM");

    expect((await ended).signal).toBe("SIGTERM");
    expect(readReport(place.path("report.json")).run.signal).toBe("SIGTERM");
    await waitFor("the end of all", () => place.processes().length === 0);
  });
});

describe("a command that leaves something behind", () => {
  test("a daemon does not hold the guard up", async () => {
    using place = new Workplace();
    const daemon = "setsid sh -c 'touch daemon; exec sleep 1000' </dev/null >/dev/null 2>&1";
    const script = `${daemon} & while [ ! -e daemon ]; do sleep 0.01; done; exit 5`;
    const { status } = await place.run([...QUIETLY, script]);

    expect(status).toBe(5);
    expect(place.processes()).toHaveLength(1);
  });

  test("nor does one that keeps stdout open hold the guard's end up", async () => {
    using place = new Workplace();
    const child = place.start([...QUIETLY, "sleep 1000 & exit 6"]);
    const { promise, resolve } = Promise.withResolvers<number | null>();
    child.on("exit", resolve);

    expect(await promise).toBe(6);
  });
});

async function startListener(
  place: Workplace,
): Promise<{ child: ChildProcess; ended: ReturnType<typeof end> }> {
  const child = place.start([...QUIETLY, LISTENER]);
  const ended = end(child);
  await waitFor("the command", () => existsSync(place.path("ready")));
  return { child, ended };
}

function received(place: Workplace): string[] {
  const file = place.path("got");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}
