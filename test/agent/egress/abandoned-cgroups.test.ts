import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { removeAbandonedCgroups } from "../../../agent/egress/abandoned-cgroups.ts";
import { findCgroupRoot } from "../../../agent/privilege/cgroup-root.ts";
import { requires } from "../../support/requires.ts";

const { root } = requires;
const HOUR_MS = 3_600_000;

test.skipIf(!root.available)(
  `only old and empty groups of guards are taken away, with what is below them${root.note}`,
  async () => {
    const parent = join(findCgroupRoot() ?? "", `guard-test-abandoned-${process.pid}`);
    const abandoned = join(parent, `runner-guard-${randomUUID()}`);
    const used = join(parent, `runner-guard-${randomUUID()}`);
    const other = join(parent, "runner-guard-of-somebody");
    const below = join(used, "made-by-the-job");
    for (const path of [parent, abandoned, join(abandoned, "below"), used, below, other])
      mkdirSync(path);
    const child = spawn("sleep", ["60"]);
    try {
      writeFileSync(join(used, "cgroup.procs"), String(child.pid));
      removeAbandonedCgroups(parent, Date.now());
      expect(existsSync(abandoned)).toBe(true);
      removeAbandonedCgroups(parent, Date.now() + HOUR_MS);

      expect([abandoned, used, below, other].map((path) => existsSync(path))).toEqual([
        false,
        true,
        true,
        true,
      ]);
    } finally {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      for (const path of [below, used, other, parent]) rmdirSync(path);
    }
  },
);
