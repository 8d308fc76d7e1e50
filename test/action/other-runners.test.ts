/** Jobs on runners that are not GitHub's own: of an enterprise's server, in a container, two at once on one machine. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createInternet, type Internet } from "../support/internet/internet.ts";
import { requires } from "../support/requires.ts";
import { buildAction, type BuiltAction, createRunnerMachine } from "./support/runner-machine.ts";

const { internet, bpf, clang, sudo } = requires;
const missing = [internet, bpf, clang, sudo].filter(({ available }) => !available);
const ENTERPRISE = {
  GITHUB_SERVER_URL: "http://ghes.test",
  GITHUB_API_URL: "http://ghes.test/api/v3",
};
const curl = (host: string): string => `curl -sS -m 5 http://${host}/ 2>&1 || true`;

describe.skipIf(missing.length > 0)(`the action${missing[0]?.note ?? ""}`, () => {
  let action: BuiltAction;
  let world: Internet;
  beforeAll(async () => {
    action = buildAction();
    world = await createInternet({ capture: false });
    const ports = { 443: "https", 80: "http" } as const;
    await world.site("ghes.test", { ipv4: "198.51.100.20", ports });
    await world.site("github.com", { ipv4: "198.51.100.21", ports });
  });
  afterAll(async () => {
    action?.[Symbol.dispose]();
    await world?.[Symbol.asyncDispose]();
  });

  test("lets a job of an enterprise's server talk to that, and not to github.com", async () => {
    await using machine = await world.host({ ownProcesses: true });
    await using runner = await createRunnerMachine(machine);
    const [, main, work] = await runner.job(
      [
        action.uses("guard", { "egress-policy": "block" }),
        { id: "work", run: `${curl("ghes.test")}; curl -sS -m 5 https://github.com/ 2>&1 || true` },
      ],
      { environment: ENTERPRISE },
    );

    expect(main?.outputs).toMatchObject({ "effective-mode": "block", "degraded-reasons": "" });
    expect(work?.stdout).toMatch(/^ghes\.test GET \/\ncurl: .*resolve host: github\.com/);
  });

  test("says in a job's container that it is no more than a witness there", async () => {
    await using machine = await world.host({ ownProcesses: true });
    await using runner = await createRunnerMachine(machine, { isContainer: true });
    const inputs = { "egress-policy": "block", "allowed-endpoints": "ghes.test:80" };
    const phases = await runner.job([
      action.uses("guard", inputs),
      { id: "work", run: curl("github.com") },
    ]);
    const [pre, main, work, post] = phases;

    expect(phases.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    for (const reason of [
      "mode block was asked for and audit is in force",
      "the kernel sensor is unavailable",
    ]) {
      expect(pre?.stdout).toContain(`::Degraded: ${reason}`);
      expect(main?.outputs["degraded-reasons"]).toContain(reason);
    }
    // At the end as it was, and not also as it is.
    expect(post?.summary).toContain("mode audit was in force, not block");
    expect(post?.summary).not.toContain("mode block is audit");
    expect(main?.outputs["effective-mode"]).toBe("audit");
    expect(work?.stdout).toBe("github.com GET /\n");

    // Nobody ends that guard before the container is gone; it is found again.
    const [strict] = await runner.job([action.uses("guard", { ...inputs, "fail-on": "degraded" })]);
    expect(strict?.status).toBe(1);
  });

  test("says of the second of two jobs at once that the guard is the first one's", async () => {
    await using machine = await world.host({ ownProcesses: true });
    await using runner = await createRunnerMachine(machine);
    const first = runner.job([
      action.uses("guard", { "egress-policy": "audit" }),
      { id: "work", run: "touch ../begun; until [ -e ../over ]; do sleep 0.05; done" },
    ]);
    const home = `${machine.folder}/runner/job-1`;
    await runner.shell(`until [ -e ${home}/begun ]; do sleep 0.05; done`);
    const [pre, main, , post] = await runner.job([
      action.uses("guard", { "egress-policy": "block", "allowed-endpoints": "ghes.test:80" }),
      { id: "work", run: curl("github.com") },
    ]);
    await runner.shell(`touch ${home}/over`);

    expect(pre?.stdout).toMatch(/^::warning .*Degraded: the guard is another job's/m);
    expect(main?.outputs["effective-mode"]).toBe("block");
    expect(main?.outputs["degraded-reasons"]).toContain("another job's of this machine");
    expect(post?.summary).toContain("another job's of this machine");
    expect((await first).map(({ status }) => status)).toEqual([0, 0, 0, 0]);
  });
});
