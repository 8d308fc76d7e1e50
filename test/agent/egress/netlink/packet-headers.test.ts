import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parsePacketHeaders } from "../../../../agent/egress/netlink/packet-headers.ts";
import { toIpv4Packet, toIpv6Packet } from "./raw-packet.ts";

const ports = Buffer.of(0x30, 0x39, 0x01, 0xbb);
const segment = Buffer.concat([ports, Buffer.alloc(16)]);
const from = { ip: "192.0.2.1", port: 12_345 };
const to = { ip: "198.51.100.7", port: 443 };
const from6 = { ip: "2001:db8::1", port: 12_345 };
const to6 = { ip: "2001:db8::7", port: 443 };

/** An extension header of 8 bytes, or of 8 times `units` + 1. */
function extension(next: number, units = 0): Buffer {
  const bytes = Buffer.alloc(8 * (units + 1));
  bytes[0] = next;
  bytes[1] = units;
  return bytes;
}

function fragment(next: number, offset: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes[0] = next;
  bytes.writeUInt16BE(offset << 3, 2);
  return bytes;
}

describe("IPv4", () => {
  test("addresses, ports and length of a TCP packet", () => {
    expect(parsePacketHeaders(toIpv4Packet({ protocol: 6, content: segment }), "ipv4")).toEqual({
      family: "ipv4",
      transport: "tcp",
      protocol: 6,
      source: from,
      destination: to,
      length: 40,
    });
  });

  test.each([
    [17, "udp"],
    [1, "icmp"],
    [58, "icmp"],
    [47, "raw"],
    [132, "raw"],
    [255, "raw"],
  ])("protocol %i is %s", (protocol, transport) => {
    const packet = parsePacketHeaders(toIpv4Packet({ protocol, content: segment }), "ipv4");

    expect(packet).toMatchObject({ protocol, transport });
    expect(packet?.destination.port).toBe(transport === "udp" ? 443 : undefined);
  });

  test("options are passed over", () => {
    const packet = toIpv4Packet({ protocol: 6, content: segment, headerWords: 15 });

    expect(parsePacketHeaders(packet, "ipv4")).toMatchObject({ source: from, destination: to });
  });

  test.each([
    ["a later fragment has no ports", toIpv4Packet({ protocol: 6, content: segment, offset: 1 })],
    [
      "a header too short has none",
      toIpv4Packet({ protocol: 6, content: segment, headerWords: 4 }),
    ],
    [
      "a header without length has none",
      toIpv4Packet({ protocol: 6, content: segment, headerWords: 0 }),
    ],
    ["half of them are none", toIpv4Packet({ protocol: 6, content: ports.subarray(0, 3) })],
  ])("%s", (_what, packet) => {
    expect(parsePacketHeaders(packet, "ipv4")).toMatchObject({
      transport: "tcp",
      source: { ip: from.ip },
      destination: { ip: to.ip },
    });
    expect(parsePacketHeaders(packet, "ipv4")?.destination).not.toHaveProperty("port");
  });

  test("the version that the packet itself claims does not matter", () => {
    const packet = toIpv4Packet({ protocol: 6, content: segment });
    packet[0] = 0x65;

    expect(parsePacketHeaders(packet, "ipv4")).toMatchObject({ source: from, destination: to });
  });
});

describe("IPv6", () => {
  test("addresses as RFC 5952 writes them, ports and length", () => {
    expect(parsePacketHeaders(toIpv6Packet({ next: 17, content: segment }), "ipv6")).toEqual({
      family: "ipv6",
      transport: "udp",
      protocol: 17,
      source: from6,
      destination: to6,
      length: 60,
    });
  });

  test.each([
    ["hop-by-hop options", 0, extension(6)],
    ["routing", 43, extension(6, 2)],
    ["destination options", 60, extension(6, 1)],
    ["the first fragment", 44, fragment(6, 0)],
    [
      "authentication, in words of four bytes",
      51,
      Buffer.concat([Buffer.of(6, 4), Buffer.alloc(22)]),
    ],
    ["one behind the other", 0, Buffer.concat([extension(60), extension(44, 1), fragment(6, 0)])],
  ])("%s: passed over", (_what, next, headers) => {
    const content = Buffer.concat([headers, segment]);

    expect(parsePacketHeaders(toIpv6Packet({ next, content }), "ipv6")).toMatchObject({
      transport: "tcp",
      protocol: 6,
      source: from6,
      destination: to6,
    });
  });

  test.each([
    ["a later fragment", 44, Buffer.concat([fragment(6, 100), segment]), "tcp", 6],
    [
      "a later fragment that names an extension",
      44,
      Buffer.concat([fragment(60, 1), extension(6), segment]),
      "raw",
      60,
    ],
    ["encryption", 50, segment, "raw", 50],
    ["nothing behind it", 59, Buffer.alloc(0), "raw", 59],
    ["an extension beyond what is known", 0, extension(6, 255).subarray(0, 16), "tcp", 6],
    ["an extension cut short", 60, Buffer.of(6, 0, 0), "raw", 60],
  ])("%s: no ports", (_what, next, content, transport, protocol) => {
    const packet = parsePacketHeaders(toIpv6Packet({ next, content }), "ipv6");

    expect(packet).toMatchObject({ transport, protocol, source: { ip: from6.ip } });
    expect(packet?.source).not.toHaveProperty("port");
  });
});

describe.each(["ipv4", "ipv6"] as const)("hostile bytes as %s", (family) => {
  test("are read without throwing, however short", () => {
    const bytes = fc.uint8Array({ maxLength: 160 });
    fc.assert(
      fc.property(bytes, (packet) => {
        const headers = parsePacketHeaders(Buffer.from(packet), family);

        expect(headers === undefined).toBe(packet.length < (family === "ipv4" ? 20 : 40));
      }),
      { numRuns: 1000 },
    );
  });

  test("a true packet cut anywhere keeps its addresses or is none", () => {
    const content = Buffer.concat([extension(60), extension(6), segment]);
    const whole =
      family === "ipv4"
        ? toIpv4Packet({ protocol: 6, content: segment, headerWords: 8 })
        : toIpv6Packet({ next: 0, content });
    for (let length = 0; length <= whole.length; length += 1) {
      const headers = parsePacketHeaders(whole.subarray(0, length), family);
      const isLongEnough = length >= (family === "ipv4" ? 20 : 40);

      expect(headers?.destination.ip).toBe(
        isLongEnough ? (family === "ipv4" ? to : to6).ip : undefined,
      );
    }
  });
});
