/** What no build needs is refused in audit mode too, with a policy and without one. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createInternet } from "../../support/internet/internet.ts";
import { findObstacle } from "../egress/support/attack-scene.ts";
import {
  type GuardedPod,
  type GuardedRun,
  toGuardedPod,
  toPolicy,
} from "../egress/support/guarded-pod.ts";

const VISIT =
  "curl -4 -sSk -m 3 https://hook.webhook.site/; curl -4 -sSk -m 3 http://216.126.225.129/";

const obstacle = findObstacle();
describe.skipIf(obstacle !== "")(`known bad destinations${obstacle}`, () => {
  const stack = new AsyncDisposableStack();
  let pod: GuardedPod;
  beforeAll(async () => {
    const internet = stack.use(await createInternet());
    pod = toGuardedPod(internet, await internet.pod());
    await internet.site("hook.webhook.site", { ipv4: "198.51.100.20", ports: { 443: "https" } });
  });
  afterAll(() => stack.disposeAsync());

  test("are refused where policy allows everything, and where it says nothing of egress", async () => {
    const everything = toPolicy({ mode: "audit", dns: "any", allow: ["*:*"] });
    for (const policy of [everything, "version: 1"]) {
      const run = await pod.guarded(VISIT, { policy });

      expect(run.visits).toEqual([]);
      expect(toJudgements(run)).toEqual([
        "198.51.100.20 blocked known-bad-destination: webhook.site",
        "216.126.225.129 blocked known-bad-destination: 216.126.225.129",
      ]);
    }
  });

  test("are let through where an entry names them, or the rule is off", async () => {
    const named = toPolicy({
      mode: "audit",
      dns: "any",
      allow: ["*:*", "hook.webhook.site", "216.126.225.129:80"],
    });
    for (const policy of [named, "version: 1\nrules: { known-bad-destination: off }"]) {
      const run = await pod.guarded(VISIT, { policy });

      expect(run.visits).toHaveLength(2);
      const rules = run.report.findings.map(({ rule }) => rule.id);
      expect(rules).not.toContain("known-bad-destination");
    }
  });
});

function toJudgements({ report }: GuardedRun): string[] {
  return report.connections
    .filter(({ network }) => network.transport === "tcp")
    .map(({ destination, verdict, rule }) => `${destination.ip} ${verdict} ${rule}`)
    .toSorted();
}
