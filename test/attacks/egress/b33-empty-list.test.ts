/** B33: a policy that allows nothing. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ALLOWED, createAttackScene, findObstacle } from "./support/attack-scene.ts";
import { type GuardedPod, toPolicy } from "./support/guarded-pod.ts";

const obstacle = findObstacle();
describe.skipIf(obstacle !== "")(`a policy that allows nothing${obstacle}`, () => {
  const stack = new AsyncDisposableStack();
  let pod: GuardedPod;
  beforeAll(async () => {
    pod = stack.use(await createAttackScene()).pod;
  });
  afterAll(() => stack.disposeAsync());

  test("is said at the start with what to do, and is in force", async () => {
    const run = await pod.guarded(
      `echo "the job began" >&2; curl -sSk -m 3 https://${ALLOWED.name}/`,
      { policy: toPolicy({ allow: [] }) },
    );

    const [before = "", after] = run.stderr.split("the job began");
    expect(after).toBeDefined();
    expect(before).toMatch(
      /nothing is allowed, because egress\.allow is empty: list what the job needs, or remove egress/,
    );
    expect(run.status).toBe(6);
    expect(run.report.mode).toMatchObject({ requested: "block", effective: "block" });
    expect(run.packets).toEqual([]);
    expect(run.report.dnsQueries).toContainEqual(
      expect.objectContaining({ name: ALLOWED.name, verdict: "blocked", rule: "default" }),
    );
  });

  test("which has no egress section allows everything", async () => {
    const run = await pod.guarded(`curl -sSk -m 3 https://${ALLOWED.name}/`, {
      policy: JSON.stringify({ version: 1 }),
    });

    expect(run.stderr).not.toContain("nothing is allowed");
    expect(run.stdout).toBe(`${ALLOWED.name} GET /\n`);
  });
});
