/** Whole jobs, from the first `pre` to the last `post`, as a runner goes through them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createInternet, type Internet } from "../support/internet/internet.ts";
import { requires } from "../support/requires.ts";
import { createRunnerMachine, type Phase, usesAction } from "./support/runner-machine.ts";

const { internet: needed } = requires;

describe.skipIf(!needed.available)(`the action on a machine with sudo${needed.note}`, () => {
  let internet: Internet;
  beforeAll(async () => {
    internet = await createInternet();
    await internet.site("github.test", {
      ipv4: "198.51.100.10",
      ports: { 443: "https", 80: "http" },
    });
    await internet.site("evil.test", {
      ipv4: "198.51.100.66",
      ports: { 443: "https", 80: "http" },
    });
  });
  afterAll(() => internet[Symbol.asyncDispose]());

  test("blocks what is not allowed, and tells it in the summary", async () => {
    await using machine = await internet.host({ ownProcesses: true });
    const runner = await createRunnerMachine(machine);
    const phases = await runner.job([
      usesAction("guard", { "egress-policy": "block", "allowed-endpoints": "github.test:80" }),
      { id: "fetch", run: "curl -sS http://github.test/a; curl -sS http://evil.test/b || true" },
    ]);
    const [pre, main, fetch, post] = phases;

    expect(toStatuses(phases)).toEqual(["pre 0", "main 0", "main 0", "post 0"]);
    expect(pre?.stdout).toBe("");
    expect(main?.stdout.split("\n")).toEqual([
      expect.stringMatching(/^Runner Guard run [0-9a-f-]{36}$/),
      "mode: block",
      "sensors: kernel active",
      "network: nftables; sudo and containers are left to the job",
      "report: /run/runner-guard/report.json",
      "",
    ]);
    expect(main?.outputs).toMatchObject({ "effective-mode": "block", "degraded-reasons": "" });
    expect(fetch?.stdout).toBe("github.test GET /a\n");
    expect(post?.stdout).toContain("evil.test");
    expect(post?.summary).toContain("evil.test");
    expect(post?.outputs).toMatchObject({ "effective-mode": "block", violations: "1" });
  });
});

function toStatuses(phases: readonly Phase[]): string[] {
  return phases.map(({ phase, status }) => `${phase} ${status}`);
}
