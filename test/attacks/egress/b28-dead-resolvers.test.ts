/** B28: resolvers that are not there. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { RESOLVER } from "../../support/internet/addresses.ts";
import type { Internet } from "../../support/internet/internet.ts";
import { ALLOWED, createAttackScene, findObstacle, UNLISTED } from "./support/attack-scene.ts";
import { type GuardedRun, toGuardedPod, toPolicy } from "./support/guarded-pod.ts";

const POLICY = toPolicy({ allow: [ALLOWED.name] });
/** Nobody listens here, and the kernel says so at once. */
const DEAD = "127.0.0.1";
/** On the link of the first pod, and nobody's. */
const SILENT = "10.244.1.77";

const obstacle = findObstacle();
describe.skipIf(obstacle !== "")(`dead resolvers${obstacle}`, () => {
  const stack = new AsyncDisposableStack();
  let internet: Internet;
  beforeAll(async () => {
    ({ internet } = stack.use(await createAttackScene()));
  });
  afterAll(() => stack.disposeAsync());

  test("a resolver that is dead from the start leaves block mode in force, and the client learns why", async () => {
    const alone = toGuardedPod(internet, await internet.pod({ resolver: [DEAD] }));
    const run = await alone.guarded(
      `dig +tries=1 +time=2 ${ALLOWED.name}; curl -sS -m 2 http://${UNLISTED.ipv4}/; echo on`,
      { policy: POLICY },
    );

    expect(run.status).toBe(0);
    expect(run.stdout).toContain("status: SERVFAIL");
    expect(run.stdout).toContain(`runner-guard: ${DEAD}:53 refused the connection`);
    expect(run.stdout).toContain("on\n");
    expectBlockMode(run);
    expect(run.packets).toEqual([]);
  });

  test("where the first resolvers are dead and silent, the last one is asked", async () => {
    const machine = await internet.pod({ resolver: [DEAD, SILENT, RESOLVER.ipv4] });
    const run = await toGuardedPod(internet, machine).guarded(
      `curl -sSk -m 6 https://${ALLOWED.name}/`,
      { policy: POLICY },
    );

    expect(run.stdout).toBe(`${ALLOWED.name} GET /\n`);
    expectBlockMode(run);
  });
});

function expectBlockMode({ report }: GuardedRun): void {
  expect(report.mode).toMatchObject({ requested: "block", effective: "block", reasons: [] });
  expect(report.enforcement?.mechanism).toBe("nftables");
}
