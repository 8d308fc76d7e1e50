import { describe, expect, test } from "vitest";

import {
  parseResolverAddress,
  parseResolverIp,
  toResolverText,
} from "../../../../agent/egress/dns/resolver-address.ts";

describe("the address of a resolver", () => {
  test.each([
    ["10.0.0.2", "10.0.0.2", 53],
    ["10.0.0.2:5353", "10.0.0.2", 5353],
    ["2001:DB8::1", "2001:db8::1", 53],
    ["[2001:db8::1]", "2001:db8::1", 53],
    ["[2001:db8::1]:5353", "2001:db8::1", 5353],
    ["fe80::1%eth0", "fe80::1%eth0", 53],
    ["[fe80::1%eth0]:65535", "fe80::1%eth0", 65_535],
    ["0.0.0.0", "127.0.0.1", 53],
    ["[::]:5353", "::1", 5353],
    ["::ffff:10.0.0.2", "10.0.0.2", 53],
  ])("%s is read", (text, ip, port) => {
    expect(parseResolverAddress(text)).toEqual({ value: { ip, port } });
  });

  test.each([
    "",
    "dns.example.com",
    "10.0.0",
    "010.0.0.2",
    "10.0.0.2:0",
    "10.0.0.2:65536",
    "10.0.0.2:53x",
    "10.0.0.2:",
    "[10.0.0.2]:53",
    "[2001:db8::1",
    "[2001:db8::1]53",
    "[2001:db8::1]:",
    "10.0.0.2%eth0",
    "fe80::1%",
    "fe80::1%eth0;reboot",
    "fe80::1%sixteen-letters-",
    ":".repeat(100_000),
  ])("%j is refused", (text) => {
    expect(parseResolverAddress(text)).toHaveProperty("problem");
  });

  test("is written so that it can be read again", () => {
    for (const text of ["10.0.0.2:53", "[2001:db8::1]:5353", "[fe80::1%eth0]:53"]) {
      const parsed = parseResolverAddress(text);
      expect("value" in parsed && toResolverText(parsed.value)).toBe(text);
    }
  });

  test("has a zone only where it is an IPv6 address", () => {
    expect(parseResolverIp("::1%lo")).toBe("::1%lo");
    expect(parseResolverIp("::ffff:1.2.3.4%lo")).toBeUndefined();
  });
});
