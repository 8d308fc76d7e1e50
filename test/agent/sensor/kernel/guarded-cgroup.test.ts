import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { loadLibc } from "../../../../agent/sensor/kernel/libc.ts";
import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { observeCommand, type ObservedCommand, ofKind, watch } from "./support/observe-command.ts";
import { hasIpv6, listenTcp, listenUdp } from "./support/servers.ts";
import { makeTestCgroup, type TestCgroup } from "./support/test-cgroup.ts";

const { bpf } = requires;
const EPERM = 1;
const NO_IO_URING = 3;
const [AF_INET, SOCK_STREAM, SOCK_DGRAM] = [2, 1, 2];
/** Nothing listens there. */
const DISCARD = "9";
const OUTSIDE = "socket-outside-cgroup";

let group: TestCgroup;

beforeEach(() => {
  group = makeTestCgroup();
});

afterEach(() => {
  group[Symbol.dispose]();
});

const guarded = () => ({ guardedCgroup: { path: group.path }, refuses: true });

const told = (observed: ObservedCommand) =>
  ofKind(observed, "privileged").filter(({ operation }) => operation === OUTSIDE);

/** The command as the guard starts it, in the guarded cgroup. */
const inside = (...command: string[]): string[] => [
  buildProgram("in-cgroup"),
  "enter",
  group.path,
  ...command,
];
const enter = (directory: string, ...command: string[]): string[] => [
  buildProgram("in-cgroup"),
  "enter",
  directory,
  ...command,
];
const clone = (directory: string, ...command: string[]): string[] => [
  buildProgram("in-cgroup"),
  "clone",
  directory,
  ...command,
];
const makeSocket = (...numbers: number[]): string[] => [
  buildProgram("make-socket"),
  ...numbers.map(String),
];

describe.skipIf(!bpf.available)(`a command whose cgroup is guarded${bpf.note}`, () => {
  test.for([
    { what: "TCP over IPv4", numbers: [2, 1, 0], detail: "AF_INET SOCK_STREAM protocol 6" },
    { what: "UDP over IPv4", numbers: [2, 2, 0], detail: "AF_INET SOCK_DGRAM protocol 17" },
    { what: "a raw socket", numbers: [2, 3, 1], detail: "AF_INET SOCK_RAW protocol 1" },
    ...(hasIpv6
      ? [
          { what: "TCP over IPv6", numbers: [10, 1, 0], detail: "AF_INET6 SOCK_STREAM protocol 6" },
          { what: "UDP over IPv6", numbers: [10, 2, 0], detail: "AF_INET6 SOCK_DGRAM protocol 17" },
        ]
      : []),
  ])("gets no socket for $what in the root cgroup", async ({ numbers, detail }) => {
    const observed = await observeCommand(inside(...enter(group.root, ...makeSocket(...numbers))), {
      sensor: guarded(),
    });
    expect(observed.records).toMatchObject([{ ok: false, errno: EPERM }]);
    expect(told(observed)).toEqual([
      {
        kind: "privileged",
        at: expect.any(Number),
        process: expect.objectContaining({ pid: observed.pid }),
        operation: OUTSIDE,
        detail,
        succeeded: false,
      },
    ]);
  });

  test("gets none for a child that clone3 puts into another cgroup", async () => {
    const observed = await observeCommand(
      inside(...clone(group.root, ...makeSocket(AF_INET, SOCK_STREAM, 0))),
      { sensor: guarded() },
    );
    expect(observed.records).toMatchObject([{ ok: false, errno: EPERM }]);
    expect(ofKind(observed, "privileged")).toMatchObject([{ operation: OUTSIDE }]);
  });

  test("gets none in a cgroup namespace where the root is another", async () => {
    const observed = await observeCommand(
      inside(
        ...enter(group.root, "/usr/bin/unshare", "--cgroup", ...makeSocket(AF_INET, SOCK_DGRAM, 0)),
      ),
      { sensor: guarded() },
    );
    expect(observed.records).toMatchObject([{ ok: false, errno: EPERM }]);
  });

  test.for(["plain", "worker", "polled"])("gets none by io_uring (%s)", async (way, { skip }) => {
    const observed = await observeCommand(
      inside(...enter(group.root, buildProgram("io-uring"), way, "socket", "2", "1", "0")),
      { sensor: guarded() },
    );
    skip(observed.exit.code === NO_IO_URING, "io_uring is switched off here");
    expect(observed.records).toMatchObject([{ ok: false, errno: EPERM }]);
  });

  test("works where it was put, and below", async () => {
    await using server = await listenTcp("127.0.0.1");
    const connect = [buildProgram("connect-tcp"), "127.0.0.1", String(server.port)];
    for (const command of [
      inside(...connect),
      inside(...enter(group.child, ...connect)),
      inside(...clone(group.child, ...connect)),
      inside("/usr/bin/unshare", "--cgroup", ...connect),
    ]) {
      const observed = await observeCommand(command, { sensor: guarded() });
      expect(observed.records).toMatchObject([{ ok: true }]);
      const operations = ofKind(observed, "privileged").map(({ operation }) => operation);
      expect(operations).not.toContain(OUTSIDE);
    }
  });

  test("reaches nothing from a network namespace without the packet filter", async () => {
    for (const [program, detail] of [
      [["connect-tcp", "192.0.2.1", "443"], "AF_INET SOCK_STREAM protocol 6"],
      [["send-udp", "sendto", "192.0.2.1", "443"], "AF_INET SOCK_DGRAM protocol 17"],
      [["send-udp", "sendto", "2001:db8::1", "443"], "AF_INET6 SOCK_DGRAM protocol 17"],
      [["send-udp", "sendto", "::ffff:192.0.2.1", "443"], "AF_INET6 SOCK_DGRAM protocol 17"],
      [["make-socket", "2", "3", "255"], "AF_INET SOCK_RAW protocol 255"],
    ] as const) {
      const [name, ...args] = program;
      const observed = await observeCommand(
        inside("/usr/bin/unshare", "--net", buildProgram(name), ...args),
        { sensor: guarded() },
      );
      expect(observed.records).toMatchObject([{ ok: false, errno: EPERM }]);
      expect(told(observed)).toMatchObject([
        { detail: `${detail} in another network namespace`, succeeded: false },
      ]);
    }
  });

  test("may talk to itself there, as sandboxes do", async () => {
    const script =
      'ip link set lo up; for ip in 127.0.0.1 127.9.9.9 ::1 ::ffff:127.0.0.1; do "$0" sendto $ip 9; done';
    const shell = ["sh", "-c", script, buildProgram("send-udp")];
    const observed = await observeCommand(inside("/usr/bin/unshare", "--net", ...shell), {
      sensor: guarded(),
    });
    expect(observed.records.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  });

  test("is only told of where nothing is refused", async () => {
    const observed = await observeCommand(
      inside(...enter(group.root, ...makeSocket(AF_INET, SOCK_STREAM, 0))),
      { sensor: { ...guarded(), refuses: false } },
    );
    expect(observed.records).toMatchObject([{ ok: true }]);
    expect(ofKind(observed, "privileged")).toMatchObject([{ operation: OUTSIDE, succeeded: true }]);
  });

  test("leaves everybody else alone", async () => {
    await using server = await listenUdp("127.0.0.1", "answer");
    await using watching = await watch(guarded());
    const libc = loadLibc();
    const socket = libc.socket(AF_INET, SOCK_DGRAM);
    expect(libc.sendTo(socket, Buffer.of(1), address(server.port))).toBe(1);
    libc.close(socket);
    await watching.sensor.flush();
    expect(ofKind(watching, "privileged")).toEqual([]);
  });
});

describe.skipIf(!bpf.available)(`a socket made outside and handed in${bpf.note}`, () => {
  test.for([
    { way: "connect", type: SOCK_STREAM },
    { way: "connect", type: SOCK_DGRAM },
    { way: "sendto", type: SOCK_DGRAM },
    { way: "fastopen", type: SOCK_STREAM },
  ])("gets no destination by $way (type $type)", async ({ way, type }) => {
    const libc = loadLibc();
    const socket = libc.socket(AF_INET, type);
    const observed = await observeCommand(
      inside(buildProgram("use-inherited"), way, "127.0.0.1", DISCARD),
      { sensor: guarded(), stdio: [socket, "pipe", "inherit"] },
    );
    libc.close(socket);
    expect(observed.records).toMatchObject([{ ok: false, errno: EPERM }]);
    expect(ofKind(observed, "connect")).toMatchObject([{ address: { ip: "127.0.0.1", port: 9 } }]);
    expect(ofKind(observed, "privileged")).toMatchObject([
      { operation: OUTSIDE, succeeded: false },
    ]);
  });

  test("goes on to the destination that it had", async () => {
    const libc = loadLibc();
    const socket = libc.socket(AF_INET, SOCK_DGRAM);
    libc.connect(socket, address(Number(DISCARD)));
    const observed = await observeCommand(
      inside(buildProgram("use-inherited"), "send", "127.0.0.1", DISCARD),
      { sensor: guarded(), stdio: [socket, "pipe", "inherit"] },
    );
    libc.close(socket);
    expect(observed.records).toMatchObject([{ ok: true }]);
  });
});

describe.skipIf(!bpf.available)(`whether the cgroup holds${bpf.note}`, () => {
  test("is said where the hooks are in force", async () => {
    await using watching = await watch(guarded());
    expect(watching.sensor.holdsCgroup).toBe(true);
    expect(watching.sensor.status().status).toBe("active");
  });

  test.for([
    { why: "nothing is refused", options: { refuses: false } },
    { why: "no cgroup is guarded", options: { guardedCgroup: null } },
    { why: "the kernel gives no hooks", options: { cgroupRoot: null } },
    { why: "everybody is in scope", options: { scope: { type: "host" } } as const },
  ])("is denied where $why", async ({ options }) => {
    await using watching = await watch({ ...guarded(), ...options });
    expect(watching.sensor.holdsCgroup).toBe(false);
  });
});

test.skipIf(!bpf.available)(
  `a refusal that the guard cannot prove, being inside itself, is not claimed${bpf.note}`,
  async () => {
    await using watching = await watch({ ...guarded(), guardedCgroup: { path: group.root } });
    expect(watching.sensor.holdsCgroup).toBe(false);
    expect(watching.sensor.status()).toMatchObject({
      status: "degraded",
      reason: expect.stringContaining("the refusal of sockets outside the cgroup not proven"),
    });
  },
);

test.skipIf(!bpf.available)(`the guard itself is refused nothing${bpf.note}`, async () => {
  await using watching = await watch(guarded());
  const libc = loadLibc();
  const socket = libc.socket(AF_INET, SOCK_DGRAM);
  expect(socket).toBeGreaterThan(0);
  expect(libc.connect(socket, address(Number(DISCARD)))).toBe(0);
  libc.close(socket);
  await watching.sensor.flush();
  expect(watching.observations).toEqual([]);
});

/** struct sockaddr_in of 127.0.0.1. */
function address(port: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(AF_INET, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set([127, 0, 0, 1], 4);
  return bytes;
}
