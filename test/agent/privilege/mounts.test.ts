import { expect, test } from "vitest";

import { parseMountInfo } from "../../../agent/privilege/mounts.ts";

test("reads path, type and both kinds of options", () => {
  expect(parseMountInfo("22 27 0:21 / /proc rw,nosuid - proc proc rw,hidepid=2\n")).toEqual([
    { path: "/proc", type: "proc", options: ["rw", "nosuid", "rw", "hidepid=2"] },
  ]);
});

test("optional fields before the dash change nothing", () => {
  const line = "41 31 0:38 / /sys/fs/cgroup ro shared:4 master:1 - cgroup2 cgroup rw,nsdelegate";

  expect(parseMountInfo(line)).toMatchObject([{ path: "/sys/fs/cgroup", type: "cgroup2" }]);
});

test("a path with a space and a newline is what it was before the kernel escaped it", () => {
  expect(parseMountInfo("1 2 0:1 / /a\\040b\\012c\\134d rw - tmpfs none rw")).toMatchObject([
    { path: "/a b\nc\\d" },
  ]);
});

test.each(["", "nonsense", "1 2 0:1 / /x rw", "1 2 0:1 / - tmpfs none rw", " - "])(
  "%j is no mount",
  (line) => {
    expect(parseMountInfo(line)).toEqual([]);
  },
);
