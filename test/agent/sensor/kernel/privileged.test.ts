import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { observeCommand, ofKind } from "./support/observe-command.ts";
import { useStandingSensor } from "./support/standing-sensor.ts";
import { startTarget } from "./support/target-process.ts";

const { bpf } = requires;
const NOBODY = 65_534;
const hasTunnels = existsSync("/sys/class/misc/tun");
/** Only asks whether a signal could be sent. */
const NO_SIGNAL = "0";
/** Node ignores it, so that the guard of these tests lives on. */
const SIGURG = "23";

let directory = "";

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "privileged-")));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe.skipIf(!bpf.available)(`privileged operations${bpf.note}`, () => {
  const observe = useStandingSensor();

  test.for([
    { deed: "mount", operation: "mount" },
    { deed: "unmount", operation: "unmount" },
    { deed: "pivot-root", operation: "pivot-root" },
    { deed: "chroot", operation: "chroot" },
  ])("$deed is told with its path", async ({ deed, operation }) => {
    const observed = await observe([buildProgram("namespaces"), deed, directory]);
    expect(observed.exit.code).toBe(0);
    const told = ofKind(observed, "privileged");
    expect(told[0]).toMatchObject({ operation: "unshare", detail: "mount namespace" });
    expect(told.filter((one) => one.operation === operation).at(-1)).toMatchObject({
      process: { pid: observed.pid },
      detail: directory,
      succeeded: true,
    });
  });

  test("unshare is told with the namespaces that are left", async () => {
    const args = ["--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "/bin/true"];
    const observed = await observe(["/usr/bin/unshare", ...args]);
    expect(ofKind(observed, "privileged")[0]).toMatchObject({
      operation: "unshare",
      detail: "mount, uts, ipc, pid, network namespaces",
      succeeded: true,
    });
  });

  test("namespaces made at clone are told of the child", async () => {
    const NEW_UTS_AND_PID = "24000000";
    const observed = await observe([buildProgram("clone-with"), NEW_UTS_AND_PID, "/bin/true"]);
    expect(ofKind(observed, "privileged")).toMatchObject([
      {
        process: { pid: observed.records[0]?.["child"] },
        operation: "unshare",
        detail: "uts, pid namespaces",
        succeeded: true,
      },
    ]);
  });

  test("a clone without any is nothing to report", async () => {
    const observed = await observe([buildProgram("clone-with"), "0", "/bin/true"]);
    expect(ofKind(observed, "privileged")).toEqual([]);
  });

  test("a tunnel device that is opened is told, under whatever name it goes", async () => {
    const device = join(directory, "harmless");
    const made = spawnSync("mknod", [device, "c", "10", "200"]);
    expect(made.status).toBe(0);
    const observed = await observe(["/bin/sh", "-c", `: <>${device} || true`]);
    const kinds = ofKind(observed, "privileged").map(({ operation }) => operation);
    expect(kinds).toEqual(hasTunnels ? ["tunnel-device"] : []);
  });

  test("setns is told", async () => {
    await using target = await startTarget();
    const observed = await observe([
      buildProgram("namespaces"),
      "setns",
      String(target.ref.pid),
      "net",
    ]);
    expect(ofKind(observed, "privileged")).toMatchObject([
      { process: { pid: observed.pid }, operation: "setns", succeeded: true },
    ]);
  });

  test("a call of bpf() is told", async () => {
    const observed = await observe([buildProgram("bpf-call")]);
    expect(ofKind(observed, "privileged")).toMatchObject([
      { process: { pid: observed.pid }, operation: "bpf", detail: "command 0", succeeded: true },
    ]);
  });

  test("what an ordinary user is refused is told as refused", async () => {
    const observed = await observe(["/usr/sbin/chroot", directory, "/bin/true"], {
      uid: NOBODY,
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(ofKind(observed, "privileged")).toMatchObject([
      { operation: "chroot", detail: directory, succeeded: false },
    ]);
  });
});

const send = (way: string, target: number, signal: string) =>
  observeCommand([buildProgram("send-signal"), way, String(target), signal]);

describe.skipIf(!bpf.available)(`signals${bpf.note}`, () => {
  test.for(["kill", "tgkill", "pidfd", "queue"])("one to the guard (%s) is told", async (way) => {
    const observed = await send(way, process.pid, SIGURG);
    expect(ofKind(observed, "privileged")).toMatchObject([
      {
        process: { pid: observed.pid },
        operation: "signal-guard",
        detail: "SIGURG",
        succeeded: true,
      },
    ]);
  });

  test("one to anybody else, or none at all, is nothing to report", async () => {
    await using target = await startTarget();
    expect(ofKind(await send("kill", target.ref.pid, SIGURG), "privileged")).toEqual([]);
    expect(ofKind(await send("kill", process.pid, NO_SIGNAL), "privileged")).toEqual([]);
  });

  test("the end of the guarded command is no signal to the guard", async () => {
    const observed = await observeCommand(["/bin/true"]);
    expect(ofKind(observed, "privileged")).toEqual([]);
  });
});
