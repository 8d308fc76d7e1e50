import { expect, test } from "vitest";

import { tightenGuard } from "../../../../agent/commands/watch/tighten-guard.ts";
import type { Guard } from "../../../../agent/guard/guard.ts";
import type { Enforcement } from "../../../../protocol/index.ts";

test.each([
  ["block where nothing can be blocked", "none", { mode: "block" }, "(no nft)"],
  ["names of servers where packets are not seen", "dns", { sni: "verify" }, "server names"],
] as const)("%s is refused, and nothing becomes stricter", async (_, mechanism, asked, says) => {
  const guard = createStandIn(mechanism);

  const answer = await tightenGuard(guard, { deny: [], ...asked });

  expect(answer).toMatchObject({ status: "refused", reason: expect.stringContaining(says) });
  expect(guard.tightened).toEqual([]);
});

test("a packet filter that could not be loaded anew is said", async () => {
  const guard = createStandIn("nftables", { status: "failed", reason: "nft did not end" });

  expect(await tightenGuard(guard, { deny: ["evil.example"] })).toMatchObject({
    status: "refused",
    reason: expect.stringContaining("nft did not end"),
  });
});

test("what is asked for is passed on, and no more", async () => {
  const guard = createStandIn("nftables");

  expect(await tightenGuard(guard, { deny: [], mode: "block" })).toMatchObject({ status: "done" });
  expect(guard.tightened).toEqual([{ deny: [], mode: "block" }]);
});

function createStandIn(
  mechanism: Enforcement["mechanism"],
  result: Awaited<ReturnType<Guard["tighten"]>> = { status: "done" },
) {
  const tightened: unknown[] = [];
  return {
    tightened,
    enforcement: () => ({ mechanism, reason: "no nft", builtIn: [] }),
    tighten(tightening: unknown) {
      tightened.push(tightening);
      return Promise.resolve(result);
    },
  };
}
