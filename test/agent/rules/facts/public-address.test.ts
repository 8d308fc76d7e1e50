import { expect, test } from "vitest";

import { isPublicAddress } from "../../../../agent/rules/facts/public-address.ts";

test.each([
  "8.8.8.8",
  "100.63.255.255",
  "100.128.0.1",
  "172.15.0.1",
  "172.32.0.1",
  "192.167.0.1",
  "198.51.100.1",
  "223.255.255.255",
  "::ffff:8.8.8.8",
  "2001:db8::1",
  "64:ff9b::808:808",
])("%s is public", (ip) => {
  expect(isPublicAddress(ip)).toBe(true);
});

test.each([
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.8.8.8",
  "169.254.1.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.0.1",
  "192.0.0.8",
  "198.18.0.1",
  "224.0.0.251",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:10.1.2.3",
  "fd00::1",
  "fe80::1",
  "febf::1",
  "fec0::1",
  "ff02::fb",
])("%s is not", (ip) => {
  expect(isPublicAddress(ip)).toBe(false);
});
