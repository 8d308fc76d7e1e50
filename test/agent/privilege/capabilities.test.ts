import { expect, test } from "vitest";

import { grants, parseCapabilitySets } from "../../../agent/privilege/capabilities.ts";

test("names the bits of each set by number", () => {
  const sets = parseCapabilitySets(
    "Name:\tnode\nCapInh:\t0000000000000000\nCapEff:\t000000c000001000\nCapBnd:\t0000000000000001\nCapAmb:\t0000000000080004\n",
  );

  expect(sets).toEqual({
    effective: ["NET_ADMIN", "PERFMON", "BPF"],
    bounding: ["CHOWN"],
    ambient: ["DAC_READ_SEARCH", "SYS_PTRACE"],
  });
});

test("a full set of Linux 6.18 has 41 names, and the last is CHECKPOINT_RESTORE", () => {
  const { effective } = parseCapabilitySets("CapEff:\t000001ffffffffff\n");

  expect(effective).toHaveLength(41);
  expect(effective.at(-1)).toBe("CHECKPOINT_RESTORE");
});

test("a capability that a later kernel adds goes by its number", () => {
  expect(parseCapabilitySets("CapEff:\t8000000000000000\n").effective).toEqual(["capability 63"]);
});

test.each([
  ["the field is missing", "Name:\tnode\n"],
  ["the field is no number", "CapEff:\tall of them\n"],
  ["the number is too long", "CapEff:\t1000001ffffffffff\n"],
  ["the name of the process claims it", "Name:\tx CapEff:\t000001ffffffffff\n"],
])("nothing is granted where %s", (_, status) => {
  expect(parseCapabilitySets(status).effective).toEqual([]);
});

test.each([
  [["BPF"], "BPF", true],
  [["SYS_ADMIN"], "BPF", true],
  [["SYS_ADMIN"], "PERFMON", true],
  [["SYS_ADMIN"], "NET_ADMIN", false],
  [["NET_ADMIN"], "BPF", false],
  [[], "PERFMON", false],
])("%j grants %s: %s", (set, name, expected) => {
  expect(grants(set, name)).toBe(expected);
});
