/** Machines on which a part is missing: block refuses or says so, audit never fails the job. */
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ATTACKER } from "../../support/internet/addresses.ts";
import { type AttackScene, createAttackScene, findObstacle } from "./support/attack-scene.ts";
import { readReport, toPolicy } from "./support/guarded-pod.ts";

const obstacle = findObstacle();
const GUARD = resolve(import.meta.dirname, "../../../bin/runner-guard");
const UNTOUCHED = "github.test GET /\nattacker GET /\n";

/** What a shell does before it becomes the guard → what the guard says is missing. */
const WEAKER = {
  "nft missing": [
    "mount --bind /dev/null /usr/sbin/nft",
    "the program nft is missing (package nftables)",
  ],
  "an nft that fails": [
    "printf '#!/bin/sh\\necho kaputt >&2; exit 3\\n' >nft; chmod +x nft; mount --bind nft /usr/sbin/nft",
    "nft failed: kaputt",
  ],
  "an nft that does nothing": [
    "mount --bind /bin/true /usr/sbin/nft",
    "a packet sent in the command's name was not refused",
  ],
  "no NET_ADMIN": ["drop=--bounding-set=-net_admin", "give the guard the capability NET_ADMIN"],
  "a cgroup tree that is read-only": [
    "tree=$(findmnt -nt cgroup2 -o TARGET | head -1); mount -o bind,ro $tree $tree",
    "the cgroup tree may not be written here",
  ],
  "no cgroup v2": [
    "umount --lazy $(findmnt -nt cgroup2 -o TARGET | head -1)",
    "no cgroup v2 tree is mounted",
  ],
  "loopback down": ["ip link set lo down", "loopback is down"],
} as const;

describe.skipIf(obstacle !== "")(`on a machine with${obstacle}`, () => {
  let scene: AttackScene;
  beforeAll(async () => {
    scene = await createAttackScene();
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  const run = async (damage: string, policy: string) => {
    const pod = await scene.internet.pod();
    const file = (name: string): string => join(pod.folder, name);
    writeFileSync(file("policy.yml"), policy);
    const job = `curl -4 -sS -m 5 --cacert ${pod.caFile} https://github.test/; curl -sS -m 5 http://${ATTACKER.ipv4}/; true`;
    const guard = `exec setpriv $drop ${GUARD} run --policy policy.yml --report report.json -- sh -c '${job}'`;
    await scene.internet.forget();
    const ended = await pod.run([
      "unshare",
      "--mount",
      "sh",
      "-c",
      `drop=--no-new-privs; ${damage}; ${guard}`,
    ]);
    const report = existsSync(file("report.json"))
      ? readReport(file("report.json"), ended)
      : undefined;
    return { ...ended, report, packets: await scene.internet.capture.packets({ from: pod }) };
  };

  test.each(Object.entries(WEAKER))(
    "%s block mode starts nothing, and says why",
    async (_, [damage, reason]) => {
      const { status, stdout, stderr, report, packets } = await run(
        damage,
        toPolicy({ allow: ["github.test"] }),
      );

      expect(stderr.trim().split("\n")).toEqual([expect.stringContaining(reason)]);
      expect(stderr).toMatch(/^runner-guard: mode block cannot be had, only audit: /);
      expect({ status, stdout, report, packets }).toEqual({
        status: 69,
        stdout: "",
        report: undefined,
        packets: [],
      });
    },
  );

  test.each(Object.entries(WEAKER))(
    "%s a fail-on without degraded lets block mode be audit, and says so everywhere",
    async (_, [damage, reason]) => {
      const policy = {
        ...JSON.parse(toPolicy({ allow: ["github.test"] })),
        "fail-on": ["violation"],
      };
      const { status, stdout, stderr, report } = await run(damage, JSON.stringify(policy));

      expect(stdout).toBe(UNTOUCHED);
      expect(status).toBe(86);
      expect(stderr).toContain(reason);
      expect(stderr).toMatch(/audit/);
      expect(report?.mode).toMatchObject({ requested: "block", effective: "audit" });
      expect(report?.mode.reasons.join()).toContain(reason);
      expect(report?.enforcement).toMatchObject({ mechanism: "none" });
    },
  );

  test.each(Object.entries(WEAKER))(
    "%s audit mode leaves the job as it is, and says what is missing",
    async (_, [damage, reason]) => {
      const { status, stdout, report } = await run(
        damage,
        toPolicy({ mode: "audit", allow: ["github.test"] }),
      );

      expect({ status, stdout }).toEqual({ status: 0, stdout: UNTOUCHED });
      expect(report?.enforcement?.mechanism).toBe("none");
      expect(report?.enforcement?.reason).toContain(reason);
    },
  );

  test("IPv6 switched off block mode is in force", async () => {
    const { stdout, report, packets } = await run(
      "sysctl -qw net.ipv6.conf.all.disable_ipv6=1",
      toPolicy({ allow: ["github.test"] }),
    );

    expect(stdout).toBe("github.test GET /\n");
    expect(report?.mode).toEqual({ requested: "block", effective: "block", reasons: [] });
    expect(packets.filter(({ destination }) => destination.ip === ATTACKER.ipv4)).toEqual([]);
  });

  test.each([
    ["an empty resolv.conf", ": >r; mount --bind r /etc/resolv.conf", "names no resolver"],
    [
      "a resolv.conf of nonsense",
      "echo nameserver nonsense >r; mount --bind r /etc/resolv.conf",
      "names no resolver",
    ],
    [
      "a resolver that is dead",
      "echo nameserver 127.0.0.99 >r; mount --bind r /etc/resolv.conf",
      undefined,
    ],
  ])("%s nothing resolves, and the block is in force", async (_, damage, reason) => {
    const { stdout, stderr, report, packets } = await run(
      damage,
      toPolicy({ allow: ["github.test"] }),
    );

    expect(stdout).toBe("");
    expect(stderr).toContain("Could not resolve host: github.test");
    expect(stderr).toContain(`Failed to connect to ${ATTACKER.ipv4}`);
    expect(packets).toEqual([]);
    expect(report?.mode.effective).toBe("block");
    expect(report?.enforcement?.reason ?? "").toContain(reason ?? "");
  });
});
