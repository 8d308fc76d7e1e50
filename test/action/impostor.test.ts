/** What a process of the job's own user does to pass for the guard, or to keep it from being heard. */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createInternet, type Internet } from "../support/internet/internet.ts";
import { requires } from "../support/requires.ts";
import { buildAction, type BuiltAction, createRunnerMachine } from "./support/runner-machine.ts";

const { internet, bpf, clang, sudo } = requires;
const missing = [internet, bpf, clang, sudo].filter(({ available }) => !available);
const SECRET = ["correct", "horse", "battery", "9471"].join("-");
const SUPPORT = join(import.meta.dirname, "support");
const SOCKET = "/run/runner-guard/control.sock";
const OWN_PLACE = "/tmp/runner-guard-$(id -u)";
const ASK_FINISH = `echo '{"command":"finish"}' | nc -NU ${SOCKET} > /dev/null`;
const END_GUARD = `sudo -n sh -c 'kill -TERM $(sed "s/.*\\"pid\\":\\([0-9]*\\).*/\\1/" /run/runner-guard/ready)'; while [ -e /run/runner-guard/ready ]; do sleep 0.1; done`;
const curl = (host: string): string => `curl -sS -m 5 http://${host}/ 2>&1 || true`;
/** Goes on when the step is over, and the runner does not find it. */
const leave = (program: string, ...args: readonly string[]): string =>
  `env -u RUNNER_TRACKING_ID setsid ${process.execPath} ${join(SUPPORT, program)} ${args.join(" ")} > /dev/null 2>&1 < /dev/null & `;
const untilThere = (path: string): string => `while [ ! -e ${path} ]; do sleep 0.1; done`;

describe.skipIf(missing.length > 0)(`the action${missing[0]?.note ?? ""}`, () => {
  let action: BuiltAction;
  let world: Internet;
  let place = "";
  beforeAll(async () => {
    action = buildAction();
    place = mkdtempSync(join(tmpdir(), "impostor-"));
    chmodSync(place, 0o777);
    world = await createInternet();
    await world.site("evil.test", { ipv4: "198.51.100.66", ports: { 80: "http" } });
  });
  afterAll(async () => {
    action[Symbol.dispose]();
    await world[Symbol.asyncDispose]();
    rmSync(place, { recursive: true, force: true });
  });

  test("starts a guard of root's whoever listens in the user's own place, and tells nobody else a secret", async () => {
    await using machine = await world.host({ ownProcesses: true });
    await using runner = await createRunnerMachine(machine);
    const log = join(place, "early");
    const early = `${leave("impostor.mjs", OWN_PLACE, log)} ${untilThere(`${OWN_PLACE}/ready`)}`;
    const [, pre, main, work, post] = await runner.job([
      { id: "other", uses: { pre: ["sh", "-c", early] } },
      action.uses("guard", {
        "egress-policy": "block",
        "allowed-endpoints": "github.test:80",
        "fail-on": "violation",
        secrets: JSON.stringify({ DEPLOY_KEY: SECRET }),
      }),
      { id: "work", run: curl("evil.test") },
    ]);

    expect(pre?.stdout).not.toContain("There is a guard already");
    expect(main?.outputs).toMatchObject({ "effective-mode": "block", "degraded-reasons": "" });
    expect(work?.stdout).toContain("Could not resolve host");
    expect(readFileSync(log, "utf8")).toBe("");
    expect(post?.status).toBe(1);
    expect(post?.summary).toContain("evil.test");
  });

  test("shows the last report of root's guard where that was ended, and not what another one says", async () => {
    await using machine = await world.host({ ownProcesses: true });
    await using runner = await createRunnerMachine(machine);
    const forge = `mkdir -p ${OWN_PLACE}; ${ASK_FINISH}; sed 's/"id": "[0-9a-f-]\\{36\\}"/"id": "11111111-2222-4333-8444-555555555555"/' /run/runner-guard/report.json > ${OWN_PLACE}/report.json`;
    const replace = `${leave("impostor.mjs", OWN_PLACE, join(place, "late"))} ${untilThere(`${OWN_PLACE}/ready`)}`;
    const phases = await runner.job([
      action.uses("guard", {
        "egress-policy": "audit",
        "allowed-endpoints": "github.test:80",
        "fail-on": "violation",
      }),
      { id: "work", run: `${forge}; ${curl("evil.test")}; ${END_GUARD}; ${replace}` },
    ]);
    const post = phases.at(-1);

    expect(post?.status).toBe(1);
    expect(post?.outputs["degraded-reasons"]).toContain("the guard was ended before the job was");
    expect(post?.summary).toContain("evil.test");
  });

  test("tells what was done although somebody asks the guard without pause", async () => {
    await using machine = await world.host({ ownProcesses: true });
    await using runner = await createRunnerMachine(machine);
    const phases = await runner.job([
      action.uses("guard", {
        "egress-policy": "audit",
        "allowed-endpoints": "github.test:80",
        "fail-on": "violation",
      }),
      {
        id: "work",
        run: `${ASK_FINISH}; ${curl("evil.test")}; ${leave("keep-busy.mjs", SOCKET)} sleep 1`,
      },
    ]);
    const post = phases.at(-1);

    expect(post?.status).toBe(1);
    expect(post?.outputs["violations"]).toBe("1");
    expect(post?.summary).toContain("evil.test");
  });

  test("has its page whoever says first that another use of it tells", async () => {
    await using machine = await world.host({ ownProcesses: true });
    await using runner = await createRunnerMachine(machine);
    const label = `{"command":"label","key":"runner-guard/first-use-4711-1","value":"x"}`;
    const early = `env -u RUNNER_TRACKING_ID setsid sh -c "until echo '${label.replaceAll('"', '\\"')}' | nc -NU ${SOCKET} | grep -q done; do :; done" > /dev/null 2>&1 < /dev/null &`;
    const phases = await runner.job([
      { id: "other", uses: { pre: ["sh", "-c", early] } },
      action.uses("guard", { "egress-policy": "audit", "allowed-endpoints": "github.test:80" }),
      { id: "work", run: curl("evil.test") },
    ]);

    expect(phases.at(-1)?.summary).toContain("evil.test");
  });
});
