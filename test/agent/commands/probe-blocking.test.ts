import { readdirSync } from "node:fs";

import { expect, test } from "vitest";

import { probeBlocking } from "../../../agent/commands/probe-blocking.ts";
import { findCgroupRoot } from "../../../agent/privilege/cgroup-root.ts";
import { requires } from "../../support/requires.ts";

const { internet } = requires;

test.skipIf(!internet.available)(
  `blocking is tried for a moment, and leaves no cgroup behind${internet.note}`,
  async () => {
    const proof = await probeBlocking();

    expect(proof.mechanism).toBe("nftables");
    expect(readdirSync(findCgroupRoot() ?? "/").filter(isOwn)).toEqual([]);
  },
);

function isOwn(name: string): boolean {
  return name === `runner-guard-doctor-${process.pid}`;
}
