import { isIP } from "node:net";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import {
  isUnspecified,
  parseEndpoint,
  toPlainEndpoint,
} from "../../../../agent/sensor/proc/network-endpoint.ts";

test.each([
  { text: "0100007F:1F90", family: "ipv4", ip: "127.0.0.1", port: 8080 },
  { text: "FEA9FEA9:0050", family: "ipv4", ip: "169.254.169.254", port: 80 },
  { text: "00000000000000000000000001000000:01BB", family: "ipv6", ip: "::1", port: 443 },
  { text: "B80D0120000000000000000001000000:0035", family: "ipv6", ip: "2001:db8::1", port: 53 },
  {
    text: "000080FE00000000FF005450785634FE:0001",
    family: "ipv6",
    ip: "fe80::5054:ff:fe34:5678",
    port: 1,
  },
  { text: "00000000000000000000000000000000:0000", family: "ipv6", ip: "::", port: 0 },
  {
    text: "000000FD00C20EFD0000000054020000:0050",
    family: "ipv6",
    ip: "fd00:0:fd0e:c200::254",
    port: 80,
  },
])("$text is $ip port $port", ({ text, ...expected }) => {
  expect(parseEndpoint(text)).toEqual(expected);
});

test("a v4-mapped address is the IPv4 address it maps", () => {
  const mapped = toPlainEndpoint("0000000000000000FFFF00000100007F:1F90");

  expect(parseEndpoint(mapped)).toEqual({ family: "ipv4", ip: "127.0.0.1", port: 8080 });
});

test.each([
  "",
  ":",
  "0100007F",
  "0100007F:1",
  "xyz:0000",
  "0100007F:1F90:1",
  "0100007F0100:1F90",
  "0100007F\n:1F90",
])("refuses %j", (text) => {
  expect(parseEndpoint(text)).toBeUndefined();
});

test("an unspecified address is told whatever its port", () => {
  expect(isUnspecified("00000000:0035")).toBe(true);
  expect(isUnspecified("00000000000000000000000000000000:0000")).toBe(true);
  expect(isUnspecified("0000000A:0000")).toBe(false);
});

test("writes every IPv6 address as the platform's own parser does", () => {
  const words = fc.array(fc.oneof(fc.constant(0), fc.nat(0xff_ff)), { minLength: 8, maxLength: 8 });
  const seen: string[] = [];

  fc.assert(
    fc.property(words, (groups) => {
      const ip = parseEndpoint(`${toKernelHex(groups)}:0001`)?.ip ?? "";
      seen.push(ip);
      return isIP(ip) === 6 && ip === canonical(groups);
    }),
    { numRuns: 1_000, examples: [[[0, 0, 0, 0, 0, 0xff_ff, 0xc0_00, 0x02_01]]] },
  );

  expect(seen).toContain("::ffff:192.0.2.1");
});

/** The URL parser writes IPv6 hosts as RFC 5952 does, except that it never writes an embedded IPv4 address. */
function canonical(groups: readonly number[]): string {
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 6).join() === "0,0,0,0,0,65535") {
    return `::ffff:${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`;
  }
  const text = groups.map((group) => group.toString(16)).join(":");
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}

function toKernelHex(groups: readonly number[]): string {
  const bytes = Buffer.alloc(16);
  for (const [index, group] of groups.entries()) bytes.writeUInt16BE(group, index * 2);
  return bytes.swap32().toString("hex").toUpperCase();
}
