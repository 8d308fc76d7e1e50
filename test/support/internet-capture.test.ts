import { describe, expect, test } from "vitest";

import { createInternet, type Machine } from "./internet/internet.ts";
import { requires } from "./requires.ts";

const { internet: available } = requires;

describe.skipIf(!available.available)(`the internet's capture${available.note}`, () => {
  test("a pod that says nothing leaves nothing on the wire", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    await pod.run(["true"]);

    expect(await internet.capture.packets({ from: pod })).toEqual([]);
  });

  test("sees every datagram that was sent, as soon as its sender has ended", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    await send(pod, { count: 3000, to: ["203.0.113.66", "2001:db8:bad::66"] });
    const toIpv4 = await internet.capture.packets({ to: "203.0.113.66", protocol: "udp", port: 9 });
    const toIpv6 = await internet.capture.packets({ to: "2001:DB8:BAD:0::66", port: 9 });

    expect(toIpv4).toHaveLength(3000);
    expect(toIpv6).toHaveLength(3000);
    expect(toIpv4.at(-1)).toMatchObject({
      family: "ipv4",
      source: { ip: pod.ipv4 },
      lengthBytes: 47,
    });
    expect(Buffer.from(toIpv6.at(-1)?.bytes ?? []).toString("latin1")).toMatch(/n2999$/);
  });

  test("tells pods apart, and what came before from what comes after", async () => {
    await using internet = await createInternet();
    const [one, other] = await Promise.all([internet.pod(), internet.pod()]);
    await send(one, { count: 2, to: ["203.0.113.66"] });
    await internet.forget();
    await send(other, { count: 3, to: ["203.0.113.66"] });

    expect(await internet.capture.packets({ from: one, protocol: "udp" })).toEqual([]);
    expect(await internet.capture.packets({ from: other, protocol: "udp" })).toHaveLength(3);
  });

  test("keeps ARP and neighbour discovery apart, but nothing that only looks like it", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    await pod.run(["ping", "-c1", "-W2", pod.neighbour.ipv4]);
    await pod.run(["ping", "-c1", "-W2", pod.neighbour.ipv6]);
    const frames = await internet.capture.frames({ from: pod });
    const packets = await internet.capture.packets({ from: pod });

    expect(frames.filter((it) => it.protocolNumber === 0x0806).length).toBeGreaterThan(0);
    expect(packets.map(({ protocol, destination }) => [protocol, destination.ip])).toEqual([
      ["icmp", pod.neighbour.ipv4],
      ["icmp", pod.neighbour.ipv6],
    ]);
    await internet.forget();
    await pod.run(["python3", "-c", FORGED_ADVERTISEMENT]);

    expect(await internet.capture.packets({ from: pod })).toMatchObject([
      { protocol: "icmp", destination: { ip: "2001:db8:bad::66" } },
    ]);
  });

  test("sees frames of a packet socket, which no filter for IP sees", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    const table =
      "add table inet t; add chain inet t out { type filter hook output priority 0; policy drop; }";
    await pod.run(["nft", table]);
    await send(pod, { count: 1, to: ["203.0.113.66"] });

    expect(await internet.capture.packets({ from: pod })).toEqual([]);
    await pod.run(["python3", "-c", FRAME]);

    expect(await internet.capture.packets({ from: pod })).toMatchObject([
      { family: "other", protocolNumber: 0x88b5 },
    ]);
  });
});

/** Datagrams to port 9 that are numbered in their text. */
async function send(pod: Machine, { count, to }: { count: number; to: string[] }): Promise<void> {
  const program = `
import socket, sys
for ip in sys.argv[2:]:
    s = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_DGRAM)
    for n in range(int(sys.argv[1])):
        try: s.sendto(b"n%04d" % n, (ip, 9))
        except PermissionError: pass`;
  await pod.run(["python3", "-c", program, `${count}`, ...to]);
}

/** A neighbour advertisement with a hop limit that has room for a way. */
const FORGED_ADVERTISEMENT = `
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
s.sendto(bytes([136, 0, 0, 0]) + b"x" * 60, ("2001:db8:bad::66", 0))`;

/** The type is the one for experiments (IEEE 802, 88B5). */
const FRAME = `
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
s.send(bytes.fromhex("02000af4010102000af4010288b5") + b"x" * 50)`;
