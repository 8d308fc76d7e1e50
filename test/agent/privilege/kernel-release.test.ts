import { expect, test } from "vitest";

import {
  chargesMapsToCgroup,
  isAtLeast,
  parseKernelRelease,
} from "../../../agent/privilege/kernel-release.ts";

test.each([
  ["6.18.44-custom", { major: 6, minor: 18 }],
  ["5.8", { major: 5, minor: 8 }],
  ["5.15.0-1-amd64+deb", { major: 5, minor: 15 }],
  ["", null],
  ["six.one", null],
  ["99999.1", null],
])("%s is read as %j", (release, expected) => {
  expect(parseKernelRelease(release)).toEqual(expected);
});

test.each([
  ["5.8.0", true],
  ["5.7.19", false],
  ["5.10.0", true],
  ["4.18.0-553.el8", false],
  ["6.0.0", true],
  ["unknown", false],
])("%s is at least 5.8: %s", (release, expected) => {
  expect(isAtLeast(parseKernelRelease(release), { major: 5, minor: 8 })).toBe(expected);
});

test.each([
  ["5.10.0", false],
  ["5.11.0", true],
])("%s charges BPF maps to the memory cgroup: %s", (release, expected) => {
  expect(chargesMapsToCgroup(parseKernelRelease(release))).toBe(expected);
});
