/** B14: what is meant for the machine alone: metadata services, neighbours, the cluster's API. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CLUSTER_API, METADATA } from "../../support/internet/addresses.ts";
import { ALLOWED, createAttackScene, findObstacle, UNLISTED } from "./support/attack-scene.ts";
import { type GuardedPod, toPolicy } from "./support/guarded-pod.ts";
import { fireAll, type Volley } from "./support/volley.ts";

/** The first machine's, see toAttachment. */
const NEIGHBOUR = { ipv4: "10.244.1.9", ipv6: "fd00:10:244:1::9" } as const;
const GATEWAY = "10.244.1.1";

/** Where they lead; to an IPv6 address in its brackets. */
const DIRECT = {
  "the metadata service": [METADATA.ipv4, METADATA.ipv4],
  "the metadata service over IPv6": [`[${METADATA.ipv6}]`, METADATA.ipv6],
  "the metadata service as one number": ["2852039166", METADATA.ipv4],
  "the metadata service in hexadecimal": ["0xa9fea9fe", METADATA.ipv4],
  "the metadata service in octal": ["0251.0376.0251.0376", METADATA.ipv4],
  "the metadata service as a mapped address": [
    `[::ffff:${METADATA.ipv4}]`,
    `::ffff:${METADATA.ipv4}`,
  ],
  "a neighbour": [NEIGHBOUR.ipv4, NEIGHBOUR.ipv4],
  "a neighbour over IPv6": [`[${NEIGHBOUR.ipv6}]`, NEIGHBOUR.ipv6],
  "the gateway": [GATEWAY, GATEWAY],
  "another private network": ["192.168.1.1", "192.168.1.1"],
  "Azure's WireServer": ["168.63.129.16", "168.63.129.16"],
} as const;

/** Allowed names, whose owner says that they have these addresses. */
const REBOUND = {
  "rebound-metadata.test": METADATA.ipv4,
  "rebound-metadata6.test": METADATA.ipv6,
  "rebound-mapped.test": `::ffff:${METADATA.ipv4}`,
  "rebound-nat64.test": "64:ff9b::a9fe:a9fe",
  "rebound-compatible.test": `::a9fe:a9fe`,
  "rebound-azure.test": "168.63.129.16",
  "rebound-alibaba.test": "100.100.100.200",
} as const;

const curl = "curl -sSk -m 3";
const ATTACKS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(DIRECT).map(([what, [host]]) => [what, `${curl} http://${host}/latest/`]),
  ),
  ...Object.fromEntries(
    Object.keys(REBOUND).map((name) => [name, `${curl} http://${name}/latest/`]),
  ),
  "the cluster's API": `${curl} https://${CLUSTER_API.ipv4}/api`,
  "the metadata service by name": `${curl} http://metadata.google.internal/`,
};

/** Each with a place of its own, so that a refused packet is counted to it. */
const ATTACKS_ON_SERVERS = {
  "the metadata service": `${curl} http://${METADATA.ipv4}/latest/`,
  "the metadata service over IPv6": `${curl} http://[${METADATA.ipv6}]/latest/`,
  "a neighbour": `${curl} http://${NEIGHBOUR.ipv4}/`,
  "the cluster's API": `${curl} https://${CLUSTER_API.ipv4}/api`,
  [UNLISTED.name]: `${curl} http://${UNLISTED.name}/`,
} as const;

const obstacle = findObstacle();
describe.skipIf(obstacle !== "")(`what is meant for the machine alone${obstacle}`, () => {
  const stack = new AsyncDisposableStack();
  let guardedPod: GuardedPod;
  let volley: Volley;
  beforeAll(async () => {
    const { internet, pod } = stack.use(await createAttackScene());
    guardedPod = pod;
    await internet.dns.add(
      { name: "metadata.google.internal", type: "A", data: METADATA.ipv4 },
      ...Object.entries(REBOUND).map(
        ([name, data]) => ({ name, type: data.includes(":") ? "AAAA" : "A", data }) as const,
      ),
    );
    const allow = [ALLOWED.name, ...Object.keys(REBOUND)].map((name) => `${name}:80`);
    volley = await fireAll(pod, ATTACKS, { policy: toPolicy({ allow }) });
  });
  afterAll(() => stack.disposeAsync());

  test.each(Object.entries(DIRECT))("%s is out of reach", (what, [, ip]) => {
    const shot = volley.shot(what);

    expect(shot.status).toBe(7);
    expect(shot.blocked).toMatchObject([{ text: `tcp ${ip} 80`, rule: "default" }]);
  });

  test("the cluster's API is out of reach", () => {
    const shot = volley.shot("the cluster's API");

    expect(shot.status).toBe(7);
    expect(shot.blocked).toMatchObject([{ text: `tcp ${CLUSTER_API.ipv4} 443` }]);
  });

  test("the name of the metadata service is not answered", () => {
    const shot = volley.shot("the metadata service by name");

    expect(shot.status).toBe(6);
    expect(shot.dnsQueries).toContainEqual(
      expect.objectContaining({ name: "metadata.google.internal", verdict: "blocked" }),
    );
  });

  test.each(Object.keys(REBOUND))("%s, an allowed name, opens nothing of it", (name) => {
    const shot = volley.shot(name);

    expect(shot.dnsQueries).toContainEqual(expect.objectContaining({ name, verdict: "allowed" }));
    expect(shot.status).toBe(7);
    expect(shot.blocked).toMatchObject([{ rule: "default" }]);
  });

  test("no packet has left the pod but the guard's own questions", () => {
    const { run } = volley;

    expect(run.status).toBe(0);
    // Of those that are tried at the same place at once, each has been refused.
    expect(run.report.enforcement?.packetsRefused).toBeGreaterThanOrEqual(
      Object.keys({ ...DIRECT, ...REBOUND }).length,
    );
    expect(run.escaped).toEqual([]);
    expect(run.visits).toEqual([]);
    expect(run.questions.map(({ name }) => name)).not.toContain("metadata.google.internal");
  });

  test("what policy allows by its address is open, at that port", async () => {
    const allow = [`${METADATA.ipv4}:80`, "10.244.1.0/24:80", `${CLUSTER_API.ipv4}:443`];
    const second = await fireAll(guardedPod, ATTACKS_ON_SERVERS, { policy: toPolicy({ allow }) });

    for (const what of ["the metadata service", "a neighbour", "the cluster's API"]) {
      expect(second.shot(what).status).toBe(0);
      expect(second.shot(what).blocked).toEqual([]);
    }
    expect(new Set(second.run.visits.map(({ server }) => server))).toEqual(
      new Set(["metadata", "neighbour", "cluster-api"]),
    );
    expect(second.shot("the metadata service over IPv6").status).toBe(7);
  });

  test("in audit mode all of it is reached and reported, but for what is denied", async () => {
    const policy = toPolicy({
      mode: "audit",
      allow: [ALLOWED.name],
      deny: [METADATA.ipv4, `[${METADATA.ipv6}]`, CLUSTER_API.ipv4, UNLISTED.name],
    });
    const second = await fireAll(guardedPod, ATTACKS_ON_SERVERS, { policy });

    expect(second.run.report.mode.effective).toBe("audit");
    expect(second.shot("a neighbour").status).toBe(0);
    expect(second.shot("a neighbour").connections).toContainEqual(
      expect.objectContaining({
        destination: { ip: NEIGHBOUR.ipv4, port: 80 },
        verdict: "would-block",
        rule: "default",
      }),
    );
    expect(second.shot("the metadata service").status).toBe(7);
    expect(second.shot("the metadata service").blocked).toMatchObject([
      { text: `tcp ${METADATA.ipv4} 80`, rule: `egress.deny: ${METADATA.ipv4}` },
    ]);
    const denied = second.shot(UNLISTED.name);
    expect(denied.dnsQueries).toContainEqual(
      expect.objectContaining({ verdict: "would-block", answers: [UNLISTED.ipv4] }),
    );
    expect(denied.status).toBe(7);
    expect(denied.blocked).toMatchObject([
      { text: `tcp ${UNLISTED.ipv4} 80`, rule: `egress.deny: ${UNLISTED.name}`, packetsRefused: 1 },
      { text: `tcp ${UNLISTED.ipv6} 80`, rule: `egress.deny: ${UNLISTED.name}`, packetsRefused: 1 },
    ]);
    expect(second.run.visits.map(({ to }) => to.ip)).toEqual([NEIGHBOUR.ipv4]);
  });
});
