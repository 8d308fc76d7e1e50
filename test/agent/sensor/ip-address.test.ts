import { isIPv6 } from "node:net";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { formatIpv4, formatIpv6 } from "../../../agent/sensor/ip-address.ts";

const groups = (text: string): Uint8Array => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("addresses as text", () => {
  test("IPv4 is its four bytes", () => {
    expect(formatIpv4(Uint8Array.of(192, 0, 2, 255))).toBe("192.0.2.255");
    expect(formatIpv4(new Uint8Array(4))).toBe("0.0.0.0");
  });

  test.for([
    ["0000 0000 0000 0000 0000 0000 0000 0000", "::"],
    ["0000 0000 0000 0000 0000 0000 0000 0001", "::1"],
    ["2001 0db8 0000 0000 0000 0000 0002 0001", "2001:db8::2:1"],
    ["2001 0db8 0000 0001 0001 0001 0001 0001", "2001:db8:0:1:1:1:1:1"],
    ["2001 0000 0000 0001 0000 0000 0000 0001", "2001:0:0:1::1"],
    ["2001 0db8 0000 0000 0001 0000 0000 0001", "2001:db8::1:0:0:1"],
    ["fe80 0000 0000 0000 0000 0000 0000 0000", "fe80::"],
    ["0000 0000 0000 0000 0000 ffff c000 0201", "::ffff:192.0.2.1"],
    ["0064 ff9b 0000 0000 0000 0000 c000 0201", "64:ff9b::c000:201"],
    ["ABCD EF01 2345 6789 ABCD EF01 2345 6789", "abcd:ef01:2345:6789:abcd:ef01:2345:6789"],
  ])("IPv6 %s is %s, as RFC 5952 has it", ([hex = "", text]) => {
    expect(formatIpv6(groups(hex))).toBe(text);
  });

  test("IPv6 is what everybody else writes, too", () => {
    const sparse = fc.array(fc.constantFrom(0, 0, 0, 1, 0xff, 0xffff), {
      minLength: 8,
      maxLength: 8,
    });
    fc.assert(
      fc.property(sparse, (words) => {
        const text = formatIpv6(Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff])));
        expect(isIPv6(text)).toBe(true);
        if (text.includes(".")) return;
        const url = new URL(`http://[${words.map((word) => word.toString(16)).join(":")}]/`);
        expect(`[${text}]`).toBe(url.hostname);
      }),
    );
  });

  test("bytes that are missing are zeros", () => {
    expect(formatIpv4(new Uint8Array(0))).toBe("0.0.0.0");
    expect(formatIpv6(Uint8Array.of(0xfe, 0x80))).toBe("fe80::");
  });
});
