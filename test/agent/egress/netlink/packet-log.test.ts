import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

import { createPacketLog, type LoggedPacket } from "../../../../agent/egress/netlink/packet-log.ts";
import { requires } from "../../../support/requires.ts";
import { sendForged } from "./forged-message.ts";
import { makeNamespace } from "./own-namespace.ts";
import { createPacketSender } from "./packet-sender.ts";
import { toIpv4Packet, toIpv6Packet } from "./raw-packet.ts";

const { nftables } = requires;

function observe(rules: (group: number) => string) {
  const namespace = makeNamespace();
  const packets: LoggedPacket[] = [];
  const losses: number[] = [];
  const log = namespace.inside(() =>
    createPacketLog({
      onPacket: (packet) => packets.push(packet),
      onLost: (count) => losses.push(count),
    }),
  );
  namespace.run("nft", ["-f", "-"], rules(log.group));
  const sender = createPacketSender();
  return {
    namespace,
    log,
    packets,
    losses,
    send: (send: (sender: ReturnType<typeof createPacketSender>) => unknown) =>
      namespace.inside(() => send(sender)),
    poll: () => namespace.inside(() => log.poll()),
    [Symbol.dispose]() {
      log[Symbol.dispose]();
      namespace[Symbol.dispose]();
    },
  };
}

/** All that leaves by IP, but the errors that come back for it. */
const logOutput = (group: number) => `table inet guard {
  chain out {
    type filter hook output priority 0
    meta l4proto != { icmp, icmpv6 } log prefix "refused: github.com " group ${group}
  }
}`;

/** Drops all of it, so that nothing in the kernel answers to what a test makes up. */
const logAndDrop = (group: number) => `table inet guard {
  chain out { type filter hook output priority 0; policy drop; log group ${group}; }
}`;

describe.skipIf(!nftables.available)(`the kernel's log of packets${nftables.note}`, () => {
  test("a datagram is there at the next look, with who sent it and where to", () => {
    using observed = observe(logOutput);
    const before = Date.now() * 1000;
    observed.send((sender) => sender.udp(Buffer.of(1, 2, 3), 4242));
    observed.poll();

    expect(observed.packets).toEqual([
      {
        at: expect.any(Number) as unknown,
        prefix: "refused: github.com ",
        userId: 0,
        outDevice: "lo",
        family: "ipv4",
        transport: "udp",
        protocol: 17,
        source: { ip: "127.0.0.1", port: expect.any(Number) as unknown },
        destination: { ip: "127.0.0.1", port: 4242 },
        length: 31,
      },
    ]);
    expect(observed.packets[0]?.at).toBeGreaterThanOrEqual(before);
    expect(observed.packets[0]?.at).toBeLessThanOrEqual(Date.now() * 1000);
  });

  test("IPv6, TCP, and another user's socket", () => {
    using observed = observe(logOutput);
    observed.send((sender) => sender.udp(Buffer.of(1), 53, "ipv6"));
    observed.send((sender) => sender.tcpConnect(443));
    observed.send((sender) => sender.udpAs(4321, 53));
    observed.poll();

    expect(observed.packets).toMatchObject([
      { family: "ipv6", transport: "udp", destination: { ip: "::1", port: 53 }, length: 49 },
      {
        family: "ipv4",
        transport: "tcp",
        protocol: 6,
        destination: { ip: "127.0.0.1", port: 443 },
      },
      // What the closed port answers is the kernel's own.
      { transport: "tcp", source: { ip: "127.0.0.1", port: 443 } },
      { transport: "udp", userId: 4321 },
    ]);
    expect(observed.packets[2]).not.toHaveProperty("userId");
  });

  test("what comes in names the device, and has the kernel's time", () => {
    using observed = observe(
      (group) => `table inet guard {
      chain in { type filter hook input priority 0; udp dport 9 log group ${group}; }
    }`,
    );
    observed.send((sender) => sender.udp(Buffer.of(1), 9));
    observed.poll();

    expect(observed.packets).toMatchObject([{ prefix: "", inDevice: "lo" }]);
    expect(observed.packets[0]).not.toHaveProperty("outDevice");
  });

  test("a frame that went past IP is read behind its own header", () => {
    using observed = observe(
      (group) => `table netdev guard {
      chain out { type filter hook egress device lo priority 0; log prefix "frame" group ${group}; drop; }
    }`,
    );
    const content = Buffer.of(0, 1, 0, 53, 0, 8, 0, 0);
    observed.send((sender) => sender.frame(toIpv4Packet({ protocol: 17, content }), 0x0800));
    observed.send((sender) => sender.frame(toIpv6Packet({ next: 17, content }), 0x86dd));
    observed.send((sender) => sender.frame(Buffer.alloc(28), 0x0806));
    observed.poll();

    expect(observed.packets).toMatchObject([
      { prefix: "frame", family: "ipv4", destination: { ip: "198.51.100.7", port: 53 } },
      { prefix: "frame", family: "ipv6", destination: { ip: "2001:db8::7", port: 53 } },
    ]);
    expect(observed.log.unreadable).toBe(1);
    expect(observed.losses).toEqual([]);
  });

  test("packets made up by hand come out as what they are", () => {
    using observed = observe(logAndDrop);
    const content = Buffer.of(0x30, 0x39, 0x01, 0xbb);
    observed.send((sender) => {
      sender.raw(toIpv4Packet({ protocol: 6, content, headerWords: 15 }), "ipv4");
      sender.raw(toIpv4Packet({ protocol: 47, content }), "ipv4");
      sender.raw(
        toIpv6Packet({ next: 0, content: Buffer.of(17, 0, 1, 4, 0, 0, 0, 0, ...content) }),
        "ipv6",
      );
    });
    observed.poll();

    expect(observed.packets).toMatchObject([
      { transport: "tcp", destination: { ip: "198.51.100.7", port: 443 } },
      { transport: "raw", protocol: 47 },
      { transport: "udp", destination: { ip: "2001:db8::7", port: 443 } },
    ]);
  });

  test("whatever a job writes into its packets, each is told or counted, and nothing throws", () => {
    using observed = observe(logAndDrop);
    const content = fc.uint8Array({ maxLength: 200 });
    const byte = fc.integer({ min: 0, max: 255 });
    let sent = 0;
    fc.assert(
      fc.property(content, byte, fc.boolean(), (bytes, kind, isIpv4) => {
        const packet = isIpv4
          ? toIpv4Packet({
              protocol: kind,
              content: bytes,
              headerWords: kind % 16,
              offset: bytes[0] ?? 0,
            })
          : toIpv6Packet({ next: [0, 43, 44, 51, 60, kind][kind % 6] ?? 0, content: bytes });
        if (observed.send((sender) => sender.raw(packet, isIpv4 ? "ipv4" : "ipv6")) === true)
          sent += 1;
      }),
      { numRuns: 300 },
    );
    observed.poll();

    expect(observed.losses).toEqual([]);
    expect(observed.packets.length + observed.log.unreadable).toBeGreaterThan(100);
    expect(observed.packets.length + observed.log.unreadable).toBeGreaterThanOrEqual(sent);
  });

  test("each packet that does not fit into the buffer is counted", () => {
    using observed = observe(logAndDrop);
    const flood = 40_000;
    observed.send((sender) => sender.udpFlood(flood, 9));
    for (let look = 0; look < 30; look += 1) observed.poll();
    const known = observed.packets.length;

    expect(known).toBeLessThan(flood);
    expect(observed.losses).toEqual([1]);
    // The next one tells how many are missing.
    observed.send((sender) => sender.udp(Buffer.of(1), 9));
    observed.poll();
    expect(observed.packets).toHaveLength(known + 1);
    expect(observed.losses.reduce((sum, count) => sum + count)).toBe(flood - known);
    // From there on all is as before.
    observed.send((sender) => sender.udpFlood(100, 9));
    observed.poll();
    expect(observed.packets).toHaveLength(known + 101);
    expect(observed.losses).toHaveLength(2);
  });

  test("a look without packets tells nothing", () => {
    using observed = observe(logOutput);
    observed.poll();

    expect([...observed.packets, ...observed.losses]).toEqual([]);
  });

  test("a group that another program has is left to it", () => {
    const nothing = { onPacket: () => undefined, onLost: () => undefined };
    using observed = observe(logOutput);
    const number = (observed.log.group - 1024 + 0.5) / 64_000;
    const random = vi.spyOn(Math, "random").mockReturnValue(number);
    using second = observed.namespace.inside(() => createPacketLog(nothing));

    expect(random).toHaveBeenCalledOnce();
    expect(second.group).toBe(observed.log.group === 65_023 ? 1024 : observed.log.group + 1);
    observed.send((sender) => sender.udp(Buffer.of(1), 9));
    observed.poll();
    expect(observed.packets).toHaveLength(1);
  });

  test("another program cannot make packets up", () => {
    using observed = observe(logOutput);
    const portIds = observed.namespace
      .run("cat", ["/proc/net/netlink"])
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, family]) => family === "12")
      .map(([, , portId]) => Number(portId));
    const reached = portIds
      .filter((portId) => portId !== 0)
      .map((portId) => observed.namespace.inside(() => sendForged(Buffer.alloc(64), { portId })));

    expect(reached).toEqual([false]);
    observed.poll();
    expect(observed.packets).toEqual([]);
  });
});
