import { describe, expect, test } from "vitest";

import {
  compareEntries,
  listAllowed,
} from "../../../collector/dashboard/client/pages/baseline/compare-policies.ts";

describe("what two lists of allowed destinations do not share", () => {
  test("is added or removed, and comes first", () => {
    expect(compareEntries(["a.example", "old.example"], ["new.example", "a.example"])).toEqual([
      { entry: "new.example", change: "added" },
      { entry: "old.example", change: "removed" },
      { entry: "a.example", change: "kept" },
    ]);
  });

  test.each([
    ["GitHub.com", "github.com:443"],
    ["github.com:443/tcp", "github.com"],
    ["[2001:db8::]/32", "[2001:db8::]/32:443"],
  ])("is nothing where %s and %s mean the same", (had, has) => {
    expect(compareEntries([had], [has])).toEqual([{ entry: has, change: "kept" }]);
  });

  test.each([
    ["ntp.example:123/udp", "ntp.example:123"],
    ["*.example.com", "a.example.com"],
  ])("is both where %s and %s mean something else", (had, has) => {
    expect(compareEntries([had], [has]).map(({ change }) => change)).toEqual(["added", "removed"]);
  });

  test("is told once, in the order and the words of who wrote it first", () => {
    expect(compareEntries(["b.example", "B.example:443", "a.example"], [])).toEqual([
      { entry: "b.example", change: "removed" },
      { entry: "a.example", change: "removed" },
    ]);
  });
});

test.each([
  [
    "lines",
    'egress:\n  allow:\n    - "a.example" # why\n    - b.example:22\n  deny: [c.example]\n',
  ],
  ["a line", "egress: \n  allow: [a.example, 'b.example:22']\n  deny: [c.example]"],
])("what a policy allows is read of %s", (_, policy) => {
  expect(listAllowed(policy)).toEqual(["a.example", "b.example:22"]);
});
