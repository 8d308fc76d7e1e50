import { isIPv4, isIPv6 } from "node:net";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { isLoopback, parseIpAddress, toIpText } from "../../../agent/egress/ip-address.ts";

test.each([
  { text: "192.0.2.1", canonical: "192.0.2.1" },
  { text: "255.255.255.255", canonical: "255.255.255.255" },
  { text: "2001:DB8:0:0:0:0:0:1", canonical: "2001:db8::1" },
  { text: "2001:0db8::0001", canonical: "2001:db8::1" },
  { text: "2001:db8:0:1:1:1:1:1", canonical: "2001:db8:0:1:1:1:1:1" },
  { text: "1:0:0:2:0:0:0:3", canonical: "1:0:0:2::3" },
  { text: "::", canonical: "::" },
  { text: "::1", canonical: "::1" },
  { text: "fe80::1%eth0", canonical: "fe80::1" },
  { text: "::ffff:192.0.2.1", canonical: "192.0.2.1" },
  { text: "::ffff:c000:201", canonical: "192.0.2.1" },
  { text: "::FFFF:C000:0201", canonical: "192.0.2.1" },
  { text: "64:ff9b::192.0.2.1", canonical: "64:ff9b::c000:201" },
])("$text is judged as $canonical", ({ text, canonical }) => {
  const address = parseIpAddress(text);

  expect(address && toIpText(address)).toBe(canonical);
});

const NO_ADDRESSES = [
  ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "0x7f.0.0.1", "2130706433", "1.2.3.4 "],
  [":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::g", "::1.2.3"],
  ["1:2:3:4:5:6:7:8::", "::1.2.3.4:5", "1.2.3.4::", `${"0".repeat(500)}::1`],
].flat();

test.each(NO_ADDRESSES)("%j is no address", (text) => {
  expect(parseIpAddress(text)).toBeUndefined();
});

test("every IPv4 address and every IPv6 address that Node knows is read, and in one spelling", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const address = parseIpAddress(text);
      const canonical = address === undefined ? "" : toIpText(address);

      expect(isIPv4(canonical) || isIPv6(canonical)).toBe(true);
      expect(parseIpAddress(canonical)).toEqual(address);
      expect(canonical.includes(":") ? new URL(`http://[${text}]`).hostname : canonical).toBe(
        canonical.includes(":") ? `[${canonical}]` : canonical,
      );
    }),
  );
});

test("text that Node takes for no address is none here", () => {
  const letters = fc.constantFrom("0", "1", "255", "f", ":", "::", ".", "%", "x", " ");
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 12 }), (parts) => {
      const text = parts.join("");

      fc.pre(!isIPv4(text) && !isIPv6(text.replace(/%.*$/s, "")));
      expect(parseIpAddress(text)).toBeUndefined();
    }),
  );
});

test.each([
  { text: "127.0.0.1", expected: true },
  { text: "127.255.255.254", expected: true },
  { text: "::1", expected: true },
  { text: "::ffff:127.0.0.1", expected: true },
  { text: "128.0.0.1", expected: false },
  { text: "126.255.255.255", expected: false },
  { text: "::2", expected: false },
  { text: "::127.0.0.1", expected: false },
])("$text is loopback: $expected", ({ text, expected }) => {
  const address = parseIpAddress(text);

  expect(address && isLoopback(address)).toBe(expected);
});
