import { spawnSync } from "node:child_process";

import { describe, expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { parseRecords } from "../../../support/run-program.ts";
import { by, ofKind, watch, type WatchingSensor } from "./support/observe-command.ts";

const { bpf, netns } = requires;
const NO_IO_URING = 3;
/** A network where port 53 is nobody's, and its loopback device is up. */
const IN_OWN_NETWORK = ["--net", "sh", "-c", 'ip link set lo up && exec "$0" "$@"'];

interface Asked {
  readonly pid: number;
  readonly status: number | null;
  readonly ports: readonly number[];
}

function ask({ sensor }: WatchingSensor, [name = "", ...args]: readonly string[]): Asked {
  sensor.arm();
  const command = [...IN_OWN_NETWORK, buildProgram(name), ...args];
  const { pid, status, stdout } = spawnSync("/usr/bin/unshare", command, { encoding: "utf8" });
  return { pid, status, ports: parseRecords(stdout).map((one) => Number(one["localPort"])) };
}

describe.skipIf(!bpf.available || !netns.available)(
  `who has a port${bpf.note}${netns.note}`,
  () => {
    const ways = ["connect", "bound", "sendto", "sendmsg", "tcp"];
    const addresses = [
      { ip: "127.0.0.1", family: "ipv4" },
      { ip: "::1", family: "ipv6" },
      { ip: "::ffff:127.0.0.1", family: "ipv4" },
    ] as const;

    test.for(ways.flatMap((way) => addresses.map((address) => ({ way, ...address }))))(
      "is known by the port: $way to $ip",
      async ({ way, ip, family }) => {
        await using watching = await watch();
        const { pid, ports } = ask(watching, ["ask-resolver", way, ip, "53"]);
        await watching.sensor.flush();
        const [port = 0] = ports;
        const transport = way === "tcp" ? "tcp" : "udp";
        expect(port).toBeGreaterThan(0);
        const [exec] = by(watching, "exec", pid);
        expect(watching.sensor.portOwner({ transport, family, port })).toEqual(exec?.process);
        for (const other of [
          { transport: transport === "tcp" ? "udp" : "tcp", family, port },
          { transport, family: family === "ipv4" ? "ipv6" : "ipv4", port },
          { transport, family, port: port ^ 1 },
        ] as const) {
          expect(watching.sensor.portOwner(other)).toBeUndefined();
        }
      },
    );

    test.for(["sendmsg", "send-zc"])("is known by io_uring's %s", async (deed, { skip }) => {
      await using watching = await watch();
      for (const way of ["plain", "worker", "polled"]) {
        const asked = ask(watching, ["io-uring", way, deed, "127.0.0.1", "53"]);
        skip(asked.status === NO_IO_URING, "io_uring is switched off here");
        expect(asked.status).toBe(0);
        const [port = 0] = asked.ports;
        expect(watching.sensor.portOwner({ transport: "udp", family: "ipv4", port })?.pid).toBe(
          asked.pid,
        );
      }
    });

    test("is the last of those who share a port", async () => {
      await using watching = await watch();
      const { ports } = ask(watching, ["ask-resolver", "fork", "127.0.0.1", "53"]);
      await watching.sensor.flush();
      const child = ofKind(watching, "fork").at(-1)?.process;
      expect(new Set(ports).size).toBe(1);
      const query = { transport: "udp", family: "ipv4", port: ports[0] ?? 0 } as const;
      expect(watching.sensor.portOwner(query)).toEqual(child);
    });

    test("is not noted of datagrams to another port", async () => {
      await using watching = await watch();
      const { ports } = ask(watching, ["ask-resolver", "connect", "127.0.0.1", "54"]);
      const query = { transport: "udp", family: "ipv4", port: ports[0] ?? 0 } as const;
      expect(watching.sensor.portOwner(query)).toBeUndefined();
    });

    test("is noted of connections to any port", async () => {
      await using watching = await watch();
      const { pid, ports } = ask(watching, ["ask-resolver", "tcp", "127.0.0.1", "54"]);
      const port = { transport: "tcp", family: "ipv4", port: ports[0] ?? 0 } as const;
      expect(watching.sensor.portOwner(port)?.pid).toBe(pid);
    });

    test("is not noted of who is not watched, and not asked of a sensor that is gone", async () => {
      await using watching = await watch();
      const program = [...IN_OWN_NETWORK, buildProgram("ask-resolver")];
      const args = [...program, "sendto", "127.0.0.1", "53"];
      const { stdout } = spawnSync("/usr/bin/unshare", args, { encoding: "utf8" });
      const port = Number(parseRecords(stdout)[0]?.["localPort"]);
      const query = { transport: "udp", family: "ipv4", port } as const;
      expect(watching.sensor.portOwner(query)).toBeUndefined();
      await watching.sensor[Symbol.asyncDispose]();
      expect(watching.sensor.portOwner(query)).toBeUndefined();
    });

    test("is told in a few microseconds", async () => {
      await using watching = await watch();
      const { ports } = ask(watching, ["ask-resolver", "sendto", "127.0.0.1", "53"]);
      const query = { transport: "udp", family: "ipv4", port: ports[0] ?? 0 } as const;
      const times = 10_000;
      const before = performance.now();
      for (let i = 0; i < times; i += 1) watching.sensor.portOwner(query);
      const microseconds = ((performance.now() - before) * 1000) / times;
      expect(microseconds).toBeLessThan(100);
    });
  },
);
