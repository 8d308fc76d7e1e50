/** B28: names that have no address, and resolvers that are slow, refuse or lie. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { METADATA } from "../../support/internet/addresses.ts";
import type { Internet } from "../../support/internet/internet.ts";
import { ALLOWED, createAttackScene, findObstacle } from "./support/attack-scene.ts";
import { type GuardedPod, type GuardedRun, toPolicy } from "./support/guarded-pod.ts";

const MISSING = "missing.test";
/** Asked for by one test alone. */
const AGAIN = "again.test";
const POLICY = toPolicy({ allow: [ALLOWED.name, MISSING] });
const ask = "dig +short +tries=1";
const visit = `curl -sSk -m 6 https://${ALLOWED.name}/`;

const obstacle = findObstacle();
describe.skipIf(obstacle !== "")(`trouble with names${obstacle}`, () => {
  const stack = new AsyncDisposableStack();
  let internet: Internet;
  let pod: GuardedPod;
  beforeAll(async () => {
    const scene = stack.use(await createAttackScene());
    ({ internet, pod } = scene);
  });
  afterEach(() => internet.dns.behave({}));
  afterAll(() => stack.disposeAsync());

  test("an allowed host without an address is the job's trouble alone, and a slow answer is waited for", async () => {
    await internet.dns.behave({ delayMs: 300 });
    const run = await pod.guarded(`curl -sS -m 3 https://${MISSING}/; ${visit}`, {
      policy: POLICY,
    });

    expect(run.status).toBe(0);
    expect(run.stderr).toContain(`Could not resolve host: ${MISSING}`);
    expect(run.stdout).toBe(`${ALLOWED.name} GET /\n`);
    expectBlockMode(run);
    expect(run.report.dnsQueries).toContainEqual(
      expect.objectContaining({ name: MISSING, verdict: "allowed", answers: [] }),
    );
  });

  test("a resolver that refuses, falls silent and comes back is asked each time", async () => {
    await internet.dns.add({ name: AGAIN, type: "A", data: ALLOWED.ipv4 });
    await internet.dns.behave({ rcode: "REFUSED" });
    const running = pod.guarded(
      `dig +tries=1 +time=1 ${AGAIN}; until [ "$(${ask} +time=1 ${AGAIN})" ]; do :; done; curl -4 -sSk -m 3 https://${AGAIN}/`,
      { policy: toPolicy({ allow: [AGAIN] }) },
    );
    const [run] = await Promise.all([running, fallSilentAndComeBack()]);

    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/status: (?:SERVFAIL|REFUSED)/);
    expect(run.stdout).toContain(`${ALLOWED.name} GET /\n`);
    expectBlockMode(run);
  });

  test("a lie about an allowed name opens nothing that is meant for the machine alone", async () => {
    await internet.dns.behave({ lies: { [ALLOWED.name]: [METADATA.ipv4, "127.0.0.1"] } });
    const run = await pod.guarded(`${ask} +time=2 ${ALLOWED.name}; ${visit}`, { policy: POLICY });

    expect(run.status).toBe(7);
    expect(run.escaped).toEqual([]);
    expect(run.report.dnsQueries).toContainEqual(
      expect.objectContaining({ name: ALLOWED.name, answers: [METADATA.ipv4, "127.0.0.1"] }),
    );
  });

  async function fallSilentAndComeBack(): Promise<void> {
    await waitForQuestions(1);
    await internet.dns.behave({ isSilent: true });
    const soFar = (await internet.dns.questions({ name: AGAIN })).length;
    await waitForQuestions(soFar + 1);
    await internet.dns.behave({});
  }

  async function waitForQuestions(count: number): Promise<void> {
    const isEnough = async (): Promise<boolean> =>
      (await internet.dns.questions({ name: AGAIN })).length >= count;
    await vi.waitUntil(isEnough, { timeout: 30_000, interval: 20 });
  }
});

function expectBlockMode({ report }: GuardedRun): void {
  expect(report.mode).toMatchObject({ requested: "block", effective: "block", reasons: [] });
  expect(report.enforcement?.mechanism).toBe("nftables");
}
