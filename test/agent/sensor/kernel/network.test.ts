import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { by, observeCommand, ofKind } from "./support/observe-command.ts";
import { closedPort, hasIpv6, listenTcp, listenUdp, listenUnix } from "./support/servers.ts";

const { bpf } = requires;
/** What fixture program io-uring ends with where the kernel has none. */
const NO_IO_URING = 3;
const IO_URING_WAYS = ["plain", "worker", "polled"];
/** The discard service: nothing listens there. */
const DISCARD = "9";

describe.skipIf(!bpf.available)(`TCP${bpf.note}`, () => {
  const cases = [
    { ip: "127.0.0.1", family: "ipv4" },
    ...(hasIpv6
      ? [
          { ip: "::1", family: "ipv6" },
          { ip: "::ffff:127.0.0.1", family: "ipv6" },
        ]
      : []),
  ] as const;

  test.for(cases)("a connection to $ip is seen, and that it came about", async ({ ip, family }) => {
    await using server = await listenTcp(ip.startsWith("::f") ? "127.0.0.1" : ip);
    const observed = await observeCommand([buildProgram("connect-tcp"), ip, String(server.port)], {
      until: (observations) => observations.filter(({ kind }) => kind === "flow").length > 1,
    });
    const address = { transport: "tcp", family, ip, port: server.port };
    expect(by(observed, "connect", observed.pid)).toMatchObject([{ address, origin: "live" }]);
    expect(by(observed, "flow", observed.pid)).toMatchObject([
      { address, result: "established" },
      { address, bytesSent: 0, bytesReceived: 0 },
    ]);
  });

  test.for(["blocking", "nonblocking"])("a %s one is seen when it is refused", async (way) => {
    const port = await closedPort("127.0.0.1");
    const observed = await observeCommand(
      [buildProgram("connect-tcp"), "127.0.0.1", String(port), way],
      { until: (observations) => observations.some(({ kind }) => kind === "flow") },
    );
    expect(ofKind(observed, "connect")).toMatchObject([{ address: { port } }]);
    expect(ofKind(observed, "flow")).toMatchObject([
      { process: { pid: observed.pid }, address: { port }, result: "refused" },
    ]);
  });

  test("one to where no road leads is seen although it sends no packet", async () => {
    const observed = await observeCommand([
      "/usr/bin/unshare",
      "--net",
      buildProgram("connect-tcp"),
      "192.0.2.1",
      "443",
    ]);
    expect(observed.records).toMatchObject([{ ok: false }]);
    expect(ofKind(observed, "connect")).toMatchObject([
      { address: { ip: "192.0.2.1", port: 443 } },
    ]);
    expect(ofKind(observed, "flow")).toMatchObject([{ result: "failed" }]);
  });

  test("every one of a thousand that are opened and closed at once is seen", async () => {
    await using server = await listenTcp("127.0.0.1");
    const observed = await observeCommand([
      buildProgram("connect-tcp"),
      "127.0.0.1",
      String(server.port),
      "nonblocking",
      "1000",
    ]);
    expect(ofKind(observed, "connect")).toHaveLength(1000);
  });

  test("one that a second thread makes is its process's", async () => {
    await using server = await listenTcp("127.0.0.1");
    const observed = await observeCommand([
      buildProgram("threads"),
      "connect-from-thread",
      "127.0.0.1",
      String(server.port),
    ]);
    expect(by(observed, "connect", observed.pid)).toHaveLength(1);
  });

  test.for(IO_URING_WAYS)("one by io_uring (%s) is seen", async (way, { skip }) => {
    await using server = await listenTcp("127.0.0.1");
    const observed = await observeCommand([
      buildProgram("io-uring"),
      way,
      "connect",
      "127.0.0.1",
      String(server.port),
    ]);
    skip(observed.exit.code === NO_IO_URING, "io_uring is switched off here");
    expect(by(observed, "connect", observed.pid)).toMatchObject([
      { address: { transport: "tcp", ip: "127.0.0.1", port: server.port } },
    ]);
  });

  test("a connection that closed tells how much it carried each way", async () => {
    await using server = await listenTcp("127.0.0.1", "x".repeat(5000));
    const program = `require("node:net").connect(${server.port}, "127.0.0.1").resume().end("y".repeat(70000))`;
    const observed = await observeCommand([process.execPath, "-e", program], {
      until: (observations) =>
        observations.some((one) => one.kind === "flow" && one.bytesReceived > 0),
    });
    expect(ofKind(observed, "flow").at(-1)).toMatchObject({
      process: { pid: observed.pid },
      address: { port: server.port },
      bytesSent: 70_000,
      bytesReceived: 5000,
    });
  });
});

describe.skipIf(!bpf.available)(`UDP${bpf.note}`, () => {
  const ips = ["127.0.0.1", ...(hasIpv6 ? ["::1"] : [])];
  const ways = ["connect", "sendto", "sendmsg", "sendmmsg"];

  test.for(ips.flatMap((ip) => ways.map((way) => ({ ip, way }))))(
    "datagrams by $way to $ip are seen",
    async ({ ip, way }) => {
      const observed = await observeCommand([buildProgram("send-udp"), way, ip, DISCARD]);
      const family = ip.includes(":") ? "ipv6" : "ipv4";
      const seen = by(observed, "connect", observed.pid);
      expect(seen).toHaveLength(way === "sendmmsg" ? 2 : 1);
      expect(seen[0]?.address).toEqual({ transport: "udp", family, ip, port: 9 });
    },
  );

  test.skipIf(!hasIpv6)("a datagram to an IPv4 address in IPv6's clothes is seen", async () => {
    const observed = await observeCommand([
      buildProgram("send-udp"),
      "sendto",
      "::ffff:127.0.0.1",
      DISCARD,
    ]);
    expect(ofKind(observed, "connect")).toMatchObject([
      { address: { ip: expect.stringMatching(/^(?:::ffff:)?127\.0\.0\.1$/u), port: 9 } },
    ]);
  });

  test.for(IO_URING_WAYS.flatMap((way) => ["sendmsg", "send-zc"].map((deed) => ({ way, deed }))))(
    "a datagram by io_uring's $deed ($way) is seen",
    async ({ way, deed }, { skip }) => {
      const observed = await observeCommand([
        buildProgram("io-uring"),
        way,
        deed,
        "127.0.0.1",
        DISCARD,
      ]);
      skip(observed.exit.code === NO_IO_URING, "io_uring is switched off here");
      expect(by(observed, "connect", observed.pid)).toMatchObject([
        { address: { transport: "udp", ip: "127.0.0.1", port: 9 } },
      ]);
    },
  );

  test("a connected socket tells how much it carried each way when it closes", async () => {
    await using server = await listenUdp("127.0.0.1", "answer");
    const program = `
      const socket = require("node:dgram").createSocket("udp4");
      socket.connect(${server.port}, "127.0.0.1", () => socket.send("a question"));
      socket.on("message", () => socket.close());`;
    const observed = await observeCommand([process.execPath, "-e", program]);
    expect(ofKind(observed, "flow")).toMatchObject([
      {
        process: { pid: observed.pid },
        address: { transport: "udp", ip: "127.0.0.1", port: server.port },
        bytesSent: "a question".length,
        bytesReceived: "answer".length,
      },
    ]);
  });
});

describe.skipIf(!bpf.available)(`sockets below the transports${bpf.note}`, () => {
  test.for([
    { args: ["4", "1"], detail: "AF_INET SOCK_RAW protocol 1" },
    { args: ["4", "255"], detail: "AF_INET SOCK_RAW protocol 255" },
    { args: ["6", "58"], detail: "AF_INET6 SOCK_RAW protocol 58" },
  ])("a raw socket is seen: $detail", async ({ args, detail }) => {
    const observed = await observeCommand([buildProgram("raw-socket"), ...args]);
    expect(ofKind(observed, "privileged")).toMatchObject([
      { process: { pid: observed.pid }, operation: "raw-socket", detail, succeeded: true },
    ]);
  });

  test.for(["raw", "datagram"])("a packet socket (%s) is seen", async (way) => {
    const observed = await observeCommand([buildProgram("packet-socket"), way]);
    expect(ofKind(observed, "privileged")).toMatchObject([
      { operation: "packet-socket", detail: "AF_PACKET", succeeded: true },
    ]);
  });

  test("a packet socket that is refused is seen as refused", async () => {
    const observed = await observeCommand([buildProgram("packet-socket"), "raw"], { uid: 65_534 });
    expect(ofKind(observed, "privileged")).toMatchObject([
      { operation: "packet-socket", succeeded: false },
    ]);
  });

  test.for([
    { deed: ["2", "3", "1"], operation: "raw-socket" },
    { deed: ["17", "3", "0"], operation: "packet-socket" },
  ])("a $operation by io_uring is seen", async ({ deed, operation }, { skip }) => {
    const observed = await observeCommand([buildProgram("io-uring"), "plain", "socket", ...deed]);
    skip(observed.exit.code === NO_IO_URING, "io_uring is switched off here");
    expect(ofKind(observed, "privileged")).toMatchObject([{ operation }]);
  });

  test("a socket for pings, which needs no privilege, is seen", async ({ skip }) => {
    const script = 'echo 0 0 >/proc/sys/net/ipv4/ping_group_range && exec "$0" plain socket 2 2 1';
    const shell = ["/bin/sh", "-c", script, buildProgram("io-uring")];
    const observed = await observeCommand(["/usr/bin/unshare", "--net", ...shell]);
    skip(observed.exit.code === NO_IO_URING, "io_uring is switched off here");
    expect(observed.records).toMatchObject([{ ok: true }]);
    expect(ofKind(observed, "privileged").at(-1)).toMatchObject({
      operation: "raw-socket",
      detail: "AF_INET SOCK_DGRAM protocol 1",
      succeeded: true,
    });
  });

  test("an ordinary socket is nothing to report", async () => {
    const observed = await observeCommand([
      buildProgram("connect-tcp"),
      "127.0.0.1",
      String(await closedPort("127.0.0.1")),
    ]);
    expect(ofKind(observed, "privileged")).toEqual([]);
  });
});

describe.skipIf(!bpf.available)(`Unix sockets${bpf.note}`, () => {
  let directory = "";

  beforeEach(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), "sockets-")));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const names = (): string[] => [join(directory, "socket"), `@${basename(directory)}`];

  test("connections to a path and to an abstract name are seen", async () => {
    for (const name of names()) {
      await using server = await listenUnix(name);
      const { path } = server;
      const observed = await observeCommand([buildProgram("connect-unix"), "stream", path]);
      expect(ofKind(observed, "connect")).toMatchObject([
        {
          process: { pid: observed.pid },
          address: { transport: "unix", family: "unix", path },
          result: "established",
        },
      ]);
    }
  });

  test("one to a relative path is told by what the other end is bound to", async () => {
    await using server = await listenUnix(join(directory, "socket"));
    const observed = await observeCommand([buildProgram("connect-unix"), "stream", "./socket"], {
      cwd: directory,
    });
    expect(ofKind(observed, "connect")).toMatchObject([
      { address: { path: server.path }, result: "established" },
    ]);
  });

  test("those that are refused are seen as refused", async () => {
    const [path = "", abstract = ""] = names();
    const missing = await observeCommand([buildProgram("connect-unix"), "stream", path]);
    expect(ofKind(missing, "connect")).toMatchObject([{ address: { path }, result: "failed" }]);
    const refused = await observeCommand([buildProgram("connect-unix"), "stream", abstract]);
    expect(ofKind(refused, "connect")).toMatchObject([
      { address: { path: abstract }, result: "refused" },
    ]);
  });
});
