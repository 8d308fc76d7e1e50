import { expect, test } from "vitest";

import { KNOWN_BAD_GROUPS } from "../../../../agent/rules/data/known-bad-hosts.ts";
import { createHostList } from "../../../../agent/rules/facts/host-list.ts";

test("every host is there once, in the spelling that questions for names are told in", () => {
  const hosts = KNOWN_BAD_GROUPS.flatMap((group) => group.hosts);

  expect(hosts.filter((host) => !/^[a-z\d-]+(?:\.[a-z\d-]+)+$/.test(host))).toEqual([]);
  expect(new Set(hosts).size).toBe(hosts.length);
});

test("every group says where it is from, and when it was looked at", () => {
  for (const { source, asOf } of KNOWN_BAD_GROUPS) {
    expect(source.length).toBeGreaterThan(10);
    expect(new Date(asOf).toISOString().slice(0, 10)).toBe(asOf);
  }
});

test("a listed name covers those below it, and no others that end alike", () => {
  const list = createHostList([["bad.example", 1]]);

  expect(list.find("bad.example")).toBe(1);
  expect(list.find("a.b.bad.example")).toBe(1);
  expect(list.find("notbad.example")).toBeUndefined();
  expect(list.find("bad.example.org")).toBeUndefined();
  expect(list.find("example")).toBeUndefined();
});
