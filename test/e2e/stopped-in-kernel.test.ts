/** What the kernel's program ends a process for is always a finding. */
import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { buildProgram } from "../support/build-program.ts";
import { requires } from "../support/requires.ts";
import { Workplace } from "./guard.ts";

const { bpf } = requires;
const TRIES = "20";

describe.skipIf(!bpf.available)(`what is ended before it does anything${bpf.note}`, () => {
  test("a shell on a connection is told, and its job is ended", async () => {
    using place = new Workplace();
    const touched = place.path("touched");
    const onSocket = [buildProgram("on-socket"), "ipv4", TRIES, `touch ${touched}`, "sh", "-i"];
    const { report, ended } = await place.report(["--enforcement", "none"], onSocket);

    expect(existsSync(touched)).toBe(false);
    expect(ended.status).toBe(86);
    expect(report.findings.filter(({ rule }) => rule.id === "reverse-shell")).toMatchObject([
      {
        severity: "critical",
        response: "kill-job",
        message: expect.stringContaining("was killed before it read a command from the network"),
      },
    ]);
  });

  test.each([
    ["a signal", "kill -STOP $guard"],
    [
      "an attached debugger",
      `python3 -c "import ctypes; ctypes.CDLL(None).ptrace(16, $guard, 0, 0)"`,
    ],
  ])("a guard that %s is to stop goes on", async (_, stop) => {
    using place = new Workplace();
    const script = `guard=$PPID; (${stop}); sleep 0.5; grep State /proc/$guard/status; kill -CONT $guard`;
    const { report, ended } = await place.report(["--enforcement", "none"], ["bash", "-c", script]);

    expect(ended.stdout.toString()).toMatch(/^State:\t[RSD]/);
    expect(report.findings).toContainEqual(expect.objectContaining({ response: "kill-process" }));
  });

  test("a program and a file that policy forbids are told by their rules", async () => {
    using place = new Workplace();
    place.write("token", "worth stealing");
    place.write("kept", "as it was");
    const rules = {
      "no-env": toRule("process", { "process.name": "env" }),
      "no-token": toRule("file-read", { "file.path": place.path("token") }),
      "kept-as-is": toRule("file", { "file.path": place.path("kept") }),
    };
    place.write("policy.json", JSON.stringify({ version: 1, rules }));
    const script = "env; ln -s token link; cat link; (echo changed >> kept); true";
    const { report, ended } = await place.report(
      ["--policy", place.path("policy.json"), "--enforcement", "none"],
      ["sh", "-c", script],
    );

    expect(ended.stdout.toString()).toBe("");
    expect(readFileSync(place.path("kept"), "utf8")).toBe("as it was");
    const own = report.findings.filter(({ rule }) => Object.hasOwn(rules, rule.id));
    expect(own.map(({ rule }) => rule.id).toSorted()).toEqual(Object.keys(rules).toSorted());
    for (const finding of own) {
      expect(finding).toMatchObject({
        response: "kill-process",
        message: expect.stringContaining("and was killed for it"),
      });
    }
  });
});

function toRule(on: string, when: object): object {
  return { title: "Not here", response: "kill-process", on, when };
}
