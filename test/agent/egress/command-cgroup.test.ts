import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createCommandCgroup } from "../../../agent/egress/command-cgroup.ts";
import { findCgroupRoot } from "../../../agent/privilege/cgroup-root.ts";
import { requires } from "../../support/requires.ts";

const { root } = requires;

test("without a cgroup v2 tree there is none", () => {
  expect(createCommandCgroup(null, "guard-test")).toEqual({
    unavailable: "no cgroup v2 tree is mounted",
  });
});

test("a tree that nft does not look at is of no use", () => {
  expect(createCommandCgroup("/", "guard-test")).toHaveProperty("unavailable");
});

test.skipIf(!root.available)(
  `what starts within it is in it, and the guard is not${root.note}`,
  async () => {
    const cgroup = make("guard-test-within");
    cgroup.enter();
    const child = spawn("sleep", ["60"]);
    cgroup.leave();
    const ended = once(child, "exit");
    try {
      expect(cgroupOf(child.pid)).toMatch(/guard-test-within-\d+$/);
      expect(cgroupOf(process.pid)).not.toMatch(/guard-test-within/);
      expect(cgroup.isPopulated()).toBe(true);
    } finally {
      child.kill("SIGKILL");
      // While it is dying it is moved nowhere, and the kernel keeps the cgroup for it.
      await ended;
      cgroup.dissolve();
    }
  },
);

test.skipIf(!root.available)(
  `what still runs when it is dissolved goes on where the guard is, also from cgroups below${root.note}`,
  () => {
    const cgroup = make("guard-test-below");
    const below = join(cgroup.path, "made-by-the-job");
    mkdirSync(below);
    cgroup.enter();
    const child = spawn("sleep", ["60"]);
    cgroup.leave();
    try {
      cgroup.dissolve();

      expect(existsSync(cgroup.path)).toBe(false);
      expect(cgroupOf(child.pid)).toBe(cgroupOf(process.pid));
    } finally {
      child.kill("SIGKILL");
    }
  },
);

test.skipIf(!root.available)(
  `nobody is in one that the job has removed, and it is no failure to ask${root.note}`,
  () => {
    const cgroup = make("guard-test-removed");
    rmdirSync(cgroup.path);

    expect(cgroup.isPopulated()).toBe(false);
    expect(() => cgroup.enter()).toThrow("the guard cannot step into the command's cgroup: ");
  },
);

function make(name: string) {
  const cgroup = createCommandCgroup(findCgroupRoot(), `${name}-${process.pid}`);
  if ("unavailable" in cgroup) throw new Error(cgroup.unavailable);
  return cgroup;
}

function cgroupOf(pid: number | undefined): string | undefined {
  return /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "utf8"))?.[1];
}
