/** What the kernel's program ends a process for is always a finding. */
import { existsSync } from "node:fs";

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
});
