import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { changesUnder } from "./support/file-changes.ts";
import { observeCommand, ofKind } from "./support/observe-command.ts";
import { listenUnix } from "./support/servers.ts";
import { startTarget } from "./support/target-process.ts";

const { bpf } = requires;
/** What fixture program io-uring-quietly ends with where the kernel has none. */
const NO_IO_URING = 3;
const [AF_INET, AF_BLUETOOTH, SOCK_DGRAM, UDP_LITE] = ["2", "31", "2", "136"];
const OPENS = 20_000;
const CONNECTS = 5000;

let directory = "";

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "evasion-")));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe.skipIf(!bpf.available)(`what is done so that it may not be seen${bpf.note}`, () => {
  test("every open is told although another thread closes the descriptor at once", async () => {
    const path = join(directory, "contested");
    writeFileSync(path, "");
    const observed = await observeCommand([
      buildProgram("racing-threads"),
      "open",
      path,
      String(OPENS),
    ]);
    const [done] = observed.records;
    expect(done).toMatchObject({ did: "open", times: OPENS });
    const told = ofKind(observed, "file").filter((file) => file.path === path).length;
    expect(told + observed.status.eventsDropped).toBe(OPENS);
  });

  test("every Unix connection is told although another thread changes the address's family", async () => {
    await using server = await listenUnix(join(directory, "server"));
    const observed = await observeCommand([
      buildProgram("racing-threads"),
      "connect",
      server.path,
      String(CONNECTS),
    ]);
    const told = ofKind(observed, "connect").filter(
      ({ address }) => address.path === server.path,
    ).length;
    expect(Number(observed.records[0]?.["times"])).toBeGreaterThan(0);
    expect(told + observed.status.eventsDropped).toBe(CONNECTS);
  });

  test.for(["unasked", "overflowing"])(
    "a file made by io_uring without a completion (%s) is told",
    async (way, { skip }) => {
      const path = join(directory, "made");
      const observed = await observeCommand([buildProgram("io-uring-quietly"), way, path]);
      skip(observed.exit.code === NO_IO_URING, "io_uring is switched off here");
      expect(observed.records).toMatchObject([{ did: way, ok: true }]);
      expect(changesUnder(directory, observed)).toEqual([{ path, operation: "create" }]);
    },
  );

  test("a file made in a mount that is mounted nowhere is told with its path in the file system", async () => {
    const observed = await observeCommand([
      buildProgram("mount-api"),
      "copy",
      directory,
      "in-the-copy",
    ]);
    expect(observed.records).toMatchObject([{ did: "copy", ok: true }]);
    expect(ofKind(observed, "privileged")).toMatchObject([
      { operation: "mount", detail: directory, succeeded: true },
    ]);
    const [made] = ofKind(observed, "file");
    expect(directory.endsWith(made?.path.replace(/\/in-the-copy$/, "") ?? "nothing")).toBe(true);
    expect(made?.path).toMatch(/\/evasion-\w+\/in-the-copy$/);
  });

  test("a new file system that is mounted nowhere is told by its kind", async () => {
    const observed = await observeCommand([buildProgram("mount-api"), "fresh", "made"]);
    expect(observed.records).toMatchObject([{ did: "fresh", ok: true }]);
    expect(ofKind(observed, "privileged")).toMatchObject([
      { operation: "mount", detail: "tmpfs", succeeded: true },
    ]);
    expect(ofKind(observed, "file")).toMatchObject([{ path: "/made", operation: "create" }]);
  });

  test("a descriptor taken from another process is told with whose it was", async () => {
    await using target = await startTarget();
    const observed = await observeCommand([
      buildProgram("take-descriptor"),
      String(target.ref.pid),
      "0",
    ]);
    expect(observed.records).toMatchObject([{ ok: true }]);
    expect(ofKind(observed, "memory-access")).toMatchObject([
      { method: "pidfd-getfd", targetPid: target.ref.pid, target: target.ref, succeeded: true },
    ]);
  });

  test("of two files that change places both are told", async () => {
    const [one, two] = [join(directory, "one"), join(directory, "two")];
    for (const path of [one, two]) writeFileSync(path, "");
    const observed = await observeCommand([buildProgram("change-file"), "exchange", one, two]);
    expect(new Set(changesUnder(directory, observed))).toEqual(
      new Set([
        { path: one, operation: "rename", originalPath: two },
        { path: two, operation: "rename", originalPath: one },
      ]),
    );
  });

  test("a UDP-Lite socket is told, since its connections come past no hook", async ({ skip }) => {
    const observed = await observeCommand([
      buildProgram("make-socket"),
      AF_INET,
      SOCK_DGRAM,
      UDP_LITE,
    ]);
    skip(observed.records[0]?.ok === false, "the kernel has no UDP-Lite");
    expect(ofKind(observed, "privileged")).toMatchObject([
      { operation: "raw-socket", detail: "AF_INET SOCK_DGRAM protocol 136", succeeded: true },
    ]);
  });

  test("a socket of a family that leaves the machine is told, also when it was refused", async () => {
    const observed = await observeCommand([
      buildProgram("make-socket"),
      AF_BLUETOOTH,
      SOCK_DGRAM,
      "0",
    ]);
    expect(ofKind(observed, "privileged")).toMatchObject([
      { operation: "packet-socket", detail: "AF_BLUETOOTH" },
    ]);
  });
});
