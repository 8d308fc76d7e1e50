/** Whole jobs, from the first `pre` to the last `post`, as a runner goes through them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { GUARD } from "../e2e/guard.ts";
import { createInternet, type Internet, type Machine } from "../support/internet/internet.ts";
import { requires } from "../support/requires.ts";
import {
  buildAction,
  type BuiltAction,
  createRunnerMachine,
  type Phase,
  type RunnerMachine,
} from "./support/runner-machine.ts";

const { internet, bpf, clang, sudo } = requires;
const missing = [internet, bpf, clang, sudo].filter(({ available }) => !available);
const SECRET = ["correct", "horse", "battery", "9471"].join("-");
/** Begins before the guard, and leaves something running. */
const OTHER_ACTION = { id: "other", uses: { pre: ["sh", "-c", "sleep 3600 > /dev/null 2>&1 &"] } };
const KILL_GUARD = `sudo -n sh -c 'kill -9 $(sed "s/.*\\"pid\\":\\([0-9]*\\).*/\\1/" /run/runner-guard/ready)'`;
const ASK_FINISH = `echo '{"command":"finish"}' | nc -NU /run/runner-guard/control.sock > /dev/null`;
const curl = (host: string): string => `curl -sS -m 5 http://${host}/ 2>&1 || true`;

describe.skipIf(missing.length > 0)(`the action${missing[0]?.note ?? ""}`, () => {
  let action: BuiltAction;
  let world: Internet;
  beforeAll(async () => {
    action = buildAction();
    world = await createInternet();
    const ports = { 443: "https", 80: "http" } as const;
    await world.site("github.test", { ipv4: "198.51.100.10", ports });
    await world.site("mirror.test", { ipv4: "198.51.100.11", ports });
    await world.site("evil.test", { ipv4: "198.51.100.66", ports });
  });
  afterAll(async () => {
    action[Symbol.dispose]();
    await world[Symbol.asyncDispose]();
  });

  test("blocks, takes sudo away and finds secrets, tells it once, and leaves the machine as it was to the next job", async () => {
    await using machine = await world.host({ ownProcesses: true });
    await using runner = await createRunnerMachine(machine);
    const phases = await runner.job([
      OTHER_ACTION,
      action.uses("guard", {
        "egress-policy": "block",
        "allowed-endpoints": "github.test:80\n  mirror.test:80",
        "disable-sudo": "true",
        "disable-telemetry": "true",
        secrets: JSON.stringify({ DEPLOY_KEY: SECRET }),
      }),
      action.uses("again", { "allowed-endpoints": "github.test:80" }),
      {
        id: "work",
        run: `${["github.test", "mirror.test", "evil.test"].map(curl).join("; ")}; echo "key ${SECRET}"; sudo -n id 2>&1; true`,
      },
    ]);
    const [, pre, secondPre, main, secondMain, work, secondPost, post] = phases;

    expect(toStatuses(phases)).toEqual([
      "other pre 0",
      "guard pre 0",
      "again pre 0",
      "guard main 0",
      "again main 0",
      "work main 0",
      "again post 0",
      "guard post 0",
    ]);
    expect(pre?.stdout).toBe(
      "disable-telemetry has no meaning here: there is no telemetry: nothing is sent but to a collector of your own (collector-url).\n",
    );
    expect(secondPre?.stdout).toMatch(/^There is a guard already \(run [0-9a-f-]{36}\)/);
    expect(main?.stdout.split("\n")).toEqual([
      expect.stringMatching(/^Runner Guard run [0-9a-f-]{36}$/),
      "mode: block",
      "sensors: kernel active, log active",
      "network: nftables; sudo disabled, containers allowed",
      "report: /run/runner-guard/report.json",
      "",
    ]);
    expect(main?.outputs).toMatchObject({ "effective-mode": "block", "degraded-reasons": "" });
    expect(secondMain?.outputs["run-id"]).toBe(main?.outputs["run-id"]);
    expect(work?.stdout).toMatch(
      /^github\.test GET \/\ncurl: .*mirror\.test\ncurl: .*evil\.test\n/,
    );
    expect(work?.stdout).not.toContain("uid=0");
    expect(secondPost?.stdout).toMatch(/^The same guard as in another step of this job/);
    expect(secondPost?.summary).toBe("");
    for (const text of ["evil.test", "mirror.test", "secrets:DEPLOY_KEY", "sleep ("]) {
      expect(post?.summary).toContain(text);
    }
    expect(post?.stdout).toMatch(/^::warning title=.*evil\.test/m);
    expect(post?.outputs).toMatchObject({ "effective-mode": "block", violations: "2" });
    expect(`${post?.stdout}${post?.summary}`).not.toContain(SECRET);
    // Which is no process of the job's, and still runs.
    expect(post?.summary).not.toContain("post.mjs");
    // The second use of the action is a process of the job's, and no thief.
    expect(post?.summary).not.toContain("Environment of another process read");

    // Another one on the same machine, as soon as the first has ended; a step takes the state of the action away.
    const [, nextMain, nextWork, nextPost] = await runner.job(
      [
        {
          ...withPostTwice(
            action.uses("guard", {
              "egress-policy": "audit",
              "report-artifact-path": "copy.json",
            }),
          ),
          stateAtEnd: {},
        },
        { id: "work", run: `${curl("evil.test")}; sudo -n id -u` },
      ],
      { environment: { GITHUB_RUN_ATTEMPT: "2" } },
    );

    expect(nextMain?.stdout).toContain("\nmode: audit\n");
    expect(nextMain?.outputs["run-id"]).not.toBe(main?.outputs["run-id"]);
    expect(nextWork?.stdout).toBe("evil.test GET /\n0\n");
    expect(nextPost).toMatchObject({
      status: 0,
      summary: expect.stringContaining("its state is gone"),
    });
    expect(nextPost?.summary.match(/^## .*Runner Guard in audit mode/gm)).toHaveLength(1);
    const copy = readFileSync(join(toWorkspace(machine, 2), "copy.json"), "utf8");
    expect(copy).toContain(nextMain?.outputs["run-id"]);
    await expect.poll(() => runner.shell("ls /run/runner-guard")).toBe("lock\nreport.json\n");
    expect(await runner.shell("nft list tables")).toBe("");
  });

  test("fails a job whose guard was killed where that was asked for, goes on blocking, and is there again for the next one", async () => {
    await using machine = await world.host({ ownProcesses: true });
    await using runner = await createRunnerMachine(machine);
    const inputs = { "allowed-endpoints": "github.test:80", "fail-on": "degraded" };
    const [, , kill, after, post] = await runner.job([
      action.uses("guard", inputs),
      // By root, and so that the guard has no time for a word; it has written a report before.
      { id: "kill", run: `${ASK_FINISH}; ${KILL_GUARD}; true` },
      { id: "after", run: curl("evil.test") },
    ]);
    expect(kill?.stdout).toBe("");
    expect(after?.stdout).not.toContain("evil.test GET");
    expect(post?.status).toBe(1);
    expect(post?.stdout).toContain("the guard was ended before the job was");
    expect(post?.summary).toContain("the guard was ended before the job was");

    // What it left is not the report of a job whose own guard never began.
    const [refused, end] = await runner.job(
      [action.uses("guard", { ...inputs, "disable-sudo": "?" })],
      { environment: { GITHUB_RUN_ID: "4712" } },
    );
    expect([refused?.status, end?.outputs["effective-mode"]]).toEqual([1, "none"]);

    const cancelled = await runner.job([
      action.uses("guard", inputs),
      { id: "long", run: `${curl("evil.test")}; echo begun; exec sleep 60`, cancelAt: "begun" },
      { id: "never", run: "true" },
    ]);
    expect(toStatuses(cancelled)).toEqual([
      "guard pre 0",
      "guard main 0",
      "long main SIGINT",
      "guard post 0",
    ]);
    expect(cancelled.at(-1)?.summary).toContain("evil.test");
  });

  test("says where there is no root, and makes a guard that is there stricter", async () => {
    await using machine = await world.host({ ownProcesses: true });
    await using runner = await createRunnerMachine(machine, { hasSudo: false });
    const inputs = { "allowed-endpoints": "github.test:80" };
    const [pre, main, post] = await runner.job([action.uses("guard", inputs)]);

    expect(pre?.status).toBe(0);
    expect(pre?.stdout).toMatch(
      /^::warning title=Runner Guard::Degraded: .*root is not to be had/m,
    );
    expect(main?.outputs["degraded-reasons"]).toContain("root is not to be had");
    expect(main?.outputs["effective-mode"]).toBe("audit");
    expect(post?.summary).toContain("root is not to be had");

    const failed = await runner.job([
      action.uses("guard", { ...inputs, "fail-on": "degraded" }),
      { id: "never", run: "true" },
    ]);
    expect(toStatuses(failed)).toEqual(["guard pre 1", "guard post 1"]);

    await runner.shell(`rm -r ${runner.userPlaces}`);
    await startSidecar(runner);
    const [joined, joinedMain, work, joinedPost] = await runner.job([
      action.uses("guard", { ...inputs, "fail-on": "violation" }),
      { id: "work", run: `${curl("github.test")}; ${curl("evil.test")}` },
    ]);
    expect(joined?.stdout).toContain("There is a guard already");
    expect(joinedMain?.outputs).toMatchObject({ "effective-mode": "block" });
    expect(work?.stdout).toMatch(/^github\.test GET \/\ncurl: /);
    expect(joinedPost?.summary).toContain("evil.test");
    expect(joinedPost?.status).toBe(1);
  });

  test("fails a job by a policy file's fail-on, beside a guard that is there too, where it says what is not in force", async () => {
    await using machine = await world.host({ ownProcesses: true });
    await using runner = await createRunnerMachine(machine);
    const uses = action.uses("guard", { "policy-file": "/run/policy.yml" });
    const work = { id: "work", run: `${curl("github.test")}; ${curl("evil.test")}` };
    const [allow, failOn] = ["allow: ['github.test:80']", "fail-on: [violation]"];
    await runner.shell(
      `echo "{version: 1, egress: {mode: audit, ${allow}}, ${failOn}}" > /run/policy.yml`,
    );
    const watched = await runner.job([uses, work]);

    expect(toStatuses(watched)).toEqual([
      "guard pre 0",
      "guard main 0",
      "work main 0",
      "guard post 1",
    ]);
    expect(watched.at(-1)?.stdout).toMatch(/^::error .*::Failed: policy does not allow 1 /m);

    await expect.poll(() => runner.shell("ls /run/runner-guard")).toBe("lock\nreport.json\n");
    await startSidecar(runner);
    await runner.shell(
      `echo "{version: 1, egress: {mode: block, ${allow}, sni: verify}, rules: {reverse-shell: off}, ${failOn}}" > /run/policy.yml`,
    );
    const [pre, , blocked, post] = await runner.job([uses, work], {
      environment: { GITHUB_RUN_ATTEMPT: "2" },
    });

    expect(pre?.stdout.match(/^::warning .*/gm)).toEqual([
      expect.stringContaining("Degraded: policy-file: rules: "),
    ]);
    expect(blocked?.stdout).toMatch(/^github\.test GET \/\ncurl: /);
    expect(post?.status).toBe(1);
    expect(post?.stdout).toMatch(/^::error .*::Failed: policy does not allow /m);
  });
});

/** Of root's, as a service of the machine's, with a policy that allows everything. */
async function startSidecar(runner: RunnerMachine): Promise<void> {
  const flags = "--state-dir /run/runner-guard --report /run/runner-guard/report.json --quiet";
  await runner.shell(`setsid ${GUARD} watch ${flags} > /dev/null 2>&1 &
    until [ -e /run/runner-guard/ready ]; do sleep 0.05; done`);
}

/** Not by a shell, which loses the variables that inputs are. */
function withPostTwice(step: ReturnType<BuiltAction["uses"]>): ReturnType<BuiltAction["uses"]> {
  const [node = "", ...post] = step.uses.post ?? [];
  const twice = `const { execFileSync } = require("node:child_process");
    for (let run = 0; run < 2; run += 1) execFileSync(process.execPath, process.argv.slice(1), { stdio: "inherit" });`;
  return { ...step, uses: { ...step.uses, post: [node, "-e", twice, ...post] } };
}

function toStatuses(phases: readonly Phase[]): string[] {
  return phases.map(({ step, phase, status }) => `${step} ${phase} ${status}`);
}

function toWorkspace({ folder }: Machine, job: number): string {
  return join(folder, `runner/job-${job}/workspace`);
}
