import { describe, expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { observeCommand, ofKind, watch } from "./support/observe-command.ts";

const { bpf } = requires;
const NOBODY = 65_534;
const [AF_INET, AF_PACKET, AF_VSOCK, AF_XDP, SOCK_STREAM, SOCK_RAW] = [
  "2",
  "17",
  "40",
  "44",
  "1",
  "3",
];
const isX64 = process.arch === "x64";
const sensor = { refusesPacketSockets: true };
const STOPPED = {
  operation: "packet-socket",
  detail: "AF_PACKET, and the guard killed the process",
  succeeded: false,
};

describe.skipIf(!bpf.available)(`a packet socket where they are refused${bpf.note}`, () => {
  test.for([
    { how: "by socket", command: ["packet-socket", "raw"] },
    { how: "without the link's header", command: ["packet-socket", "datagram"] },
    ...(isX64
      ? [
          {
            how: "as a 32-bit call",
            command: ["compat-socket", "socket", AF_PACKET, SOCK_RAW, "3"],
          },
          {
            how: "by socketcall",
            command: ["compat-socket", "socketcall", AF_PACKET, SOCK_RAW, "3"],
          },
        ]
      : []),
  ] as const)("$how ends its process before it has it", async ({ command: [name, ...args] }) => {
    const observed = await observeCommand([buildProgram(name), ...args], { sensor });
    expect(observed.exit).toEqual({ code: null, signal: "SIGKILL" });
    expect(observed.records).toEqual([]);
    expect(ofKind(observed, "privileged")).toMatchObject([
      { ...STOPPED, process: { pid: observed.pid } },
    ]);
  });

  test.for(["plain", "worker", "polled"])("by io_uring (%s) does too", async (way, { skip }) => {
    const ring = [buildProgram("io-uring"), way, "socket"];
    const usual = await observeCommand([...ring, AF_INET, SOCK_STREAM, "0"], { sensor });
    skip(usual.exit.code !== 0, "io_uring is switched off here");
    const observed = await observeCommand([...ring, AF_PACKET, SOCK_RAW, "0"], { sensor });
    expect(observed.exit).toEqual({ code: null, signal: "SIGKILL" });
    expect(observed.records).toEqual([]);
    expect(ofKind(observed, "privileged")).toMatchObject([STOPPED]);
  });

  test("lets no frame out, though other threads send on its descriptor already", async () => {
    const script = 'ip link set lo up; "$0" </dev/null; exec grep lo: /proc/net/dev';
    const shell = ["sh", "-c", script, buildProgram("packet-race")];
    const observed = await observeCommand(["/usr/bin/unshare", "--net", ...shell], {
      sensor,
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(observed.stdout).toMatch(/^\s*lo:(?:\s+0)+\s*$/u);
    expect(ofKind(observed, "privileged").at(-1)).toMatchObject(STOPPED);
  });

  test("for XDP does too", async () => {
    const observed = await observeCommand([buildProgram("make-socket"), AF_XDP, SOCK_RAW, "0"], {
      sensor,
    });
    expect(observed.exit.signal).toBe("SIGKILL");
  });

  test("ends the first process of a pid namespace as well", async () => {
    const args = ["--pid", "--fork", buildProgram("packet-socket"), "raw"];
    const observed = await observeCommand(["/usr/bin/unshare", ...args], {
      sensor,
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(observed.records).toEqual([]);
    expect(ofKind(observed, "privileged").at(-1)).toMatchObject(STOPPED);
  });

  test("that the kernel refuses anyway ends nobody", async () => {
    const observed = await observeCommand([buildProgram("packet-socket"), "raw"], {
      sensor,
      uid: NOBODY,
    });
    expect(observed.records).toMatchObject([{ ok: false }]);
    expect(ofKind(observed, "privileged")).toMatchObject([
      { operation: "packet-socket", detail: "AF_PACKET", succeeded: false },
    ]);
  });

  test("other sockets end nobody", async () => {
    for (const family of [AF_INET, AF_VSOCK]) {
      const observed = await observeCommand(
        [buildProgram("make-socket"), family, SOCK_STREAM, "0"],
        { sensor },
      );
      expect(observed.exit).toEqual({ code: 0, signal: null });
    }
  });

  test("of somebody else is none of the guard's business", async () => {
    await using watching = await watch(sensor);
    const observed = await observeCommand([buildProgram("packet-socket"), "raw"]);
    expect(watching.sensor.holdsPacketSockets).toBe(true);
    expect(watching.sensor.status()).toMatchObject({ status: "active", eventsSeen: 0 });
    expect(observed.records).toMatchObject([{ ok: true }]);
  });
});

test.skipIf(!bpf.available)("nobody is said to be held where nothing is refused", async () => {
  await using watching = await watch();
  expect(watching.sensor.holdsPacketSockets).toBe(false);
  expect(watching.sensor.status().status).toBe("active");
});
