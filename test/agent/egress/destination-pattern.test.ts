import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseDestinationPattern } from "../../../agent/egress/destination-pattern.ts";

const long = "a".repeat(64);

test.each([
  { text: "github.com", value: { host: name("github.com") } },
  { text: "GitHub.COM.:443", value: { host: name("github.com"), ports: port(443) } },
  {
    text: "ntp.example:123/udp",
    value: { host: name("ntp.example"), ports: port(123), transport: "udp" },
  },
  { text: "example.com/udp", value: { host: name("example.com"), transport: "udp" } },
  { text: "_sip._tcp.example.com", value: { host: name("_sip._tcp.example.com") } },
  { text: "localhost:*", value: { host: name("localhost"), ports: { from: 1, to: 65_535 } } },
  {
    text: "example.com:8000-8100",
    value: { host: name("example.com"), ports: { from: 8000, to: 8100 } },
  },
  { text: "bücher.example", value: { host: name("xn--bcher-kva.example") } },
  {
    text: "*.bücher.example",
    value: { host: { type: "suffix", suffix: "xn--bcher-kva.example" } },
  },
  {
    text: "*.Example.com:22",
    value: { host: { type: "suffix", suffix: "example.com" }, ports: port(22) },
  },
  {
    text: "Build-*.Example.com:443",
    value: { host: label("build-", "", "example.com"), ports: port(443) },
  },
  { text: "eu*-1.s3.example", value: { host: label("eu", "-1", "s3.example") } },
  { text: "*-cdn.example.com.", value: { host: label("", "-cdn", "example.com") } },
  { text: "*", value: { host: { type: "any" } } },
  {
    text: "10.20.0.0/16:5432",
    value: { host: block("ipv4", [0x0a14_0000], 16), ports: port(5432) },
  },
  { text: "192.0.2.1", value: { host: block("ipv4", [0xc000_0201], 32) } },
  { text: "0.0.0.0/0", value: { host: block("ipv4", [0], 0) } },
  { text: "192.0.2.1/icmp", value: { host: block("ipv4", [0xc000_0201], 32), transport: "icmp" } },
  {
    text: "[2001:db8::]/32:443",
    value: { host: block("ipv6", [0x2001_0db8, 0, 0, 0], 32), ports: port(443) },
  },
  { text: "[2001:DB8::1]", value: { host: block("ipv6", [0x2001_0db8, 0, 0, 1], 128) } },
  {
    text: "[::ffff:192.0.2.1]:80",
    value: { host: block("ipv4", [0xc000_0201], 32), ports: port(80) },
  },
  { text: "[::ffff:10.0.0.0]/104", value: { host: block("ipv4", [0x0a00_0000], 8) } },
])("$text is read", ({ text, value }) => {
  expect(parseDestinationPattern(text)).toEqual({ value });
});

describe("an entry that could never match is refused with what to write", () => {
  test.each([
    { text: "https://github.com", advice: "write github.com:443" },
    { text: "http://user:pw@github.com/x?y", advice: "write github.com:80" },
    { text: "https://github.com:8443/", advice: "write github.com:8443" },
    { text: "https://[2001:db8::1]/", advice: "write [2001:db8::1]:443" },
    { text: "github.com/actions/checkout", advice: "write github.com" },
    { text: "github.com/actions", advice: "paths are not judged" },
    { text: "user@github.com", advice: "write github.com" },
    { text: "a.*.example.com", advice: "write *.example.com" },
    { text: "*.*.example.com", advice: "write *.example.com" },
    { text: "*github.com", advice: "write *.github.com" },
    { text: ".github.com", advice: "begins with a dot: write *.github.com or github.com" },
    { text: ".github.com:443", advice: "write *.github.com or github.com" },
    { text: "**.github.com:443", advice: "write *.github.com" },
    { text: "git*.com", advice: "write *.example.com" },
    { text: "build*-*.example.com", advice: "once in it: write *.example.com" },
    { text: "bü*.example.com", advice: "letters than a to z beside *" },
    { text: `${"a".repeat(63)}*.example.com`, advice: "64 characters, and DNS allows 63" },
    { text: "a!*.example.com", advice: "letters, digits, - and _" },
    { text: "build-*.example..com", advice: "exactly one dot" },
    { text: "build-*.10.1", advice: "whole IPv4 address" },
    { text: "10.20.*.*", advice: "10.20.0.0/16" },
    { text: "a..example.com", advice: "exactly one dot" },
    { text: "*.", advice: "is no host name" },
    { text: `${long}.example.com`, advice: "64 characters, and DNS allows 63" },
    { text: Array.from({ length: 60 }, () => "abcd").join("."), advice: "DNS allows 253" },
    { text: "git hub.com", advice: "an entry of its own" },
    { text: "github.com ", advice: "an entry of its own" },
    { text: "git\u200bhub.com", advice: "invisible character" },
    { text: "github.com\n", advice: "invisible character" },
    { text: "git!hub.com", advice: "letters, digits, - and _" },
    { text: "10.20.1.1/16", advice: "write 10.20.0.0/16, or 10.20.1.1/32 for the one address" },
    { text: "10.0.0.0/4", advice: "/4 prefix: write 10.0.0.0/8, or 10.0.0.0/32 for the one" },
    { text: "192.168.0.0/4", advice: "/4 prefix: write 192.168.0.0/16, or" },
    { text: "192.0.2.7/0", advice: "/0 prefix: write 192.0.2.7/32 for the one address" },
    { text: "[2001:db8::1]/3", advice: "/3 prefix: write [2001:db8::1]/128 for the one address" },
    { text: "10.0.0.0/33", advice: "0 to 32" },
    { text: "[2001:db8::1]/32", advice: "write [2001:db8::]/32" },
    { text: "[2001:db8::]/129", advice: "0 to 128" },
    { text: "[2001:db8::/32]:443", advice: "write [2001:db8::]/32" },
    { text: "[fe80::1%eth0]:443", advice: "write [fe80::1]" },
    { text: "[192.0.2.1]:443", advice: "write 192.0.2.1" },
    { text: "[:::]:443", advice: "holds no IPv6 address" },
    { text: "[2001:db8::1", advice: "brackets in the wrong place" },
    { text: "[2001:db8::1]x", advice: "only /prefix, :port and /transport" },
    { text: "2001:db8::1", advice: "write [2001:db8::1]:443" },
    { text: "2001:db8::/32", advice: "write [2001:db8::]/32:443" },
    { text: "example.com:80:90", advice: "more than one colon" },
    { text: "example.com/24", advice: "write example.com" },
    { text: "0.0.0.0", advice: "write 127.0.0.1" },
    { text: "010.0.0.1", advice: "leading zeros" },
    { text: "1.2.3", advice: "whole IPv4 address" },
    { text: "0x7f.1", advice: "whole IPv4 address" },
    { text: "１２７.0.0.1", advice: "whole IPv4 address" },
    { text: "example.com:0", advice: "1 to 65535" },
    { text: "example.com:65536", advice: "1 to 65535" },
    { text: "example.com:https", advice: "write 443" },
    { text: "example.com:", advice: "port after : is missing" },
    { text: "example.com:80,443", advice: "an entry for each port" },
    { text: "example.com:90-80", advice: "write 80-90" },
    { text: "example.com:443/quic", advice: "write /tcp /udp /icmp /raw" },
    { text: "example.com:7/icmp", advice: "leave :7 out" },
    {
      text: "github.com 443",
      advice: "where a colon belongs before the port: write github.com:443",
    },
    { text: "a.example b.example", advice: "write each destination as an entry of its own" },
    { text: ":443", advice: "a port needs a host: github.com:443 or 10.0.0.0/8:443" },
    { text: "8080", advice: "a port needs a host: github.com:8080 or 10.0.0.0/8:8080" },
    { text: ":https", advice: "has no host" },
    { text: "", advice: "has no host" },
  ])("$text: $advice", ({ text, advice }) => {
    expect(parseDestinationPattern(text)).toEqual({ problem: expect.stringContaining(advice) });
  });
});

test("any text is either read or refused", () => {
  const pieces = fc.constantFrom(
    "*",
    ".",
    "a",
    "com",
    ":",
    "443",
    "/",
    "[",
    "]",
    "::",
    "10",
    "%",
    "@",
    "ü",
    "-",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (written) => {
      const parsed = parseDestinationPattern(written);

      expect("value" in parsed || parsed.problem.length > 10).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

function label(before: string, after: string, suffix: string) {
  return { type: "label", before, after, suffix };
}

function name(text: string) {
  return { type: "name", name: text };
}

function port(number: number) {
  return { from: number, to: number };
}

function block(family: string, words: readonly number[], prefix: number) {
  return { type: "addresses", block: { first: { family, words }, prefix } };
}
