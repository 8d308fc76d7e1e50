import { describe, expect, test } from "vitest";

import { parseArgs } from "../../../../agent/sensor/proc/process-args.ts";
import { parseCgroup } from "../../../../agent/sensor/proc/process-cgroup.ts";
import { toDescriptor } from "../../../../agent/sensor/proc/process-descriptor.ts";
import { createEnvironmentFilter } from "../../../../agent/sensor/proc/process-environment.ts";
import { toProcessImage } from "../../../../agent/sensor/proc/process-image.ts";
import { parseProcessOwner } from "../../../../agent/sensor/proc/process-owner.ts";

describe("arguments", () => {
  const bounds = { maxArgs: 3, maxArgBytes: 10 };

  test.each([
    { text: "", args: [], argsTruncated: false },
    { text: "a\0", args: ["a"], argsTruncated: false },
    { text: "a\0\0b\0", args: ["a", "", "b"], argsTruncated: false },
    { text: "title", args: ["title"], argsTruncated: false },
    { text: "x\ny\0\u001b[2J\0", args: ["x\ny", "\u001b[2J"], argsTruncated: false },
    { text: "a\0b\0c\0d\0", args: ["a", "b", "c"], argsTruncated: true },
    { text: "0123456789abc", args: ["0123456789"], argsTruncated: true },
    { text: "012345678\0", args: ["012345678"], argsTruncated: false },
  ])("of $text", ({ text, ...expected }) => {
    expect(parseArgs(Buffer.from(text), bounds)).toEqual(expected);
  });
});

describe("owner", () => {
  test("is the real user and group, with the pid in each namespace", () => {
    const text =
      "Name:\ta\\nUid:\t0\nPid:\t9\nUid:\t1001\t0\t0\t0\nGid:\t121\t0\t0\t0\nNSpid:\t900\t7\n";

    expect(parseProcessOwner(Buffer.from(text))).toEqual({
      userId: 1001,
      groupId: 121,
      namespacePids: [900, 7],
    });
  });

  test("is unknown when the file ends early", () => {
    expect(parseProcessOwner(Buffer.from("Name:\tx\nUid:\t0"))).toBeUndefined();
  });
});

describe("image", () => {
  test.each([
    { link: "/usr/bin/bash", executable: "/usr/bin/bash", image: "file" },
    { link: "/tmp/x (deleted)", executable: "/tmp/x", image: "deleted" },
    { link: "/memfd:payload (deleted)", executable: "/memfd:payload", image: "memfd" },
    { link: "/tmp/new\nline", executable: "/tmp/new\nline", image: "file" },
  ])("of $link", ({ link, ...expected }) => {
    expect(toProcessImage(link)).toEqual(expected);
  });
});

describe("descriptor", () => {
  test.each([
    { link: "pipe:[12]", expected: { type: "pipe", inode: 12 } },
    { link: "socket:[34]", expected: { type: "socket", inode: 34 } },
    { link: "/dev/pts/3", expected: { type: "terminal" } },
    { link: "/dev/tty", expected: { type: "terminal" } },
    { link: "/dev/null", expected: { type: "device" } },
    { link: "/home/x/out.log", expected: { type: "file" } },
    { link: "/home/x/socket:[34]", expected: { type: "file" } },
    { link: "anon_inode:[eventfd]", expected: { type: "other" } },
  ])("$link", ({ link, expected }) => {
    expect(toDescriptor(link)).toEqual(expected);
  });
});

describe("cgroup", () => {
  test.each([
    { text: "0::/system.slice/runner.service\n", expected: "/system.slice/runner.service" },
    { text: "4:memory:/job/1\n1:cpu:/\n0::/\n", expected: "/job/1" },
    { text: "0::/\n", expected: "/" },
    { text: "nonsense\n", expected: undefined },
  ])("of $text", ({ text, expected }) => {
    expect(parseCgroup(Buffer.from(text))).toBe(expected);
  });
});

describe("environment", () => {
  const filter = createEnvironmentFilter(["GITHUB_JOB", "LD_PRELOAD"], 8);

  test.each([
    { entries: ["GITHUB_JOB=build", "A=1"], expected: { GITHUB_JOB: "build" } },
    { entries: ["A=1", "LD_PRELOAD=/x.so"], expected: { LD_PRELOAD: "/x.so" } },
    { entries: ["MY_GITHUB_JOB=no", "X=GITHUB_JOB=no"], expected: {} },
    { entries: ["GITHUB_JOB=first", "GITHUB_JOB=second"], expected: { GITHUB_JOB: "first" } },
    { entries: ["GITHUB_JOB=0123456789"], expected: { GITHUB_JOB: "01234567" } },
    { entries: ["GITHUB_JOB="], expected: { GITHUB_JOB: "" } },
    { entries: [], expected: {} },
  ])("$entries keeps $expected", ({ entries, expected }) => {
    expect(filter(Buffer.from(entries.map((entry) => `${entry}\0`).join("")))).toEqual(expected);
  });
});
