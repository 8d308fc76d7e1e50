/** Root in the job keeps the right to configure the network, and leads packets and questions past the guard. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Report, reportSchema } from "../../../protocol/report.ts";
import { RESOLVER } from "../../support/internet/addresses.ts";
import {
  ALLOWED,
  type AttackScene,
  createAttackScene,
  findObstacle,
  toPython,
} from "./support/attack-scene.ts";
import { startGuard } from "./support/guard-in-pod.ts";
import { type GuardedPod, toGuardedPod, toPolicy } from "./support/guarded-pod.ts";

const obstacle = findObstacle();
const KEEPING = toPolicy({ allow: [ALLOWED.name], "network-admin": "keep" });
/** Where the answers of the job's own DNS server lead. */
const STOLEN = "203.0.113.30";
const CURL = `curl -4 -sSk -m 3 https://${ALLOWED.name}/stolen`;

/** A DNS server that answers every question with the attacker's address, while `body` runs. */
function withFakeResolver(body: string): string {
  return toPython(`
import socket, struct, subprocess, threading, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, 15, 1) # IP_FREEBIND
s.bind(("${RESOLVER.ipv4}", 53))
asked = []
def serve():
    while True:
        q, a = s.recvfrom(2000)
        asked.append(q)
        i = 12
        while q[i]: i += 1 + q[i]
        isA = struct.unpack("!H", q[i+1:i+3])[0] == 1
        rr = b"\\xc0\\x0c" + struct.pack("!HHIH", 1, 1, 300, 4) + socket.inet_aton("${STOLEN}")
        s.sendto(q[:2] + b"\\x81\\x80" + struct.pack("!HHHH", 1, isA, 0, 0) + q[12:i+5] + rr * isA, a)
threading.Thread(target=serve, daemon=True).start()
${body}
`);
}

const TAKE = `ip addr add ${RESOLVER.ipv4}/32 dev lo`;
const GIVE_BACK = `ip addr del ${RESOLVER.ipv4}/32 dev lo`;

/** A name that is asked for anew each time, and an address that comes and goes meanwhile. */
const TAKEN_AGAIN_AND_AGAIN = withFakeResolver(`
def flap():
    while True:
        subprocess.run("${TAKE}; ${GIVE_BACK}", shell=True)
threading.Thread(target=flap, daemon=True).start()
until = time.monotonic() + 3
number = 0
while time.monotonic() < until:
    number += 1
    subprocess.run(["dig", "+tries=1", "+time=1", "+short", f"n{number}.${ALLOWED.name}"], capture_output=True)
print("fake was asked" if asked else "fake was not asked")
`);

const TABLES = [
  [
    "sends the guard's own questions elsewhere",
    [
      "nft add table inet job",
      "nft 'add chain inet job o { type nat hook output priority -100; }'",
      "nft add rule inet job o udp dport 53 dnat ip to 203.0.113.66",
    ],
  ],
  [
    "writes another destination behind the judge",
    [
      "nft add table inet job",
      "nft 'add chain inet job o { type filter hook output priority 2147483647; }'",
      `nft add rule inet job o ip daddr ${ALLOWED.ipv4} ip daddr set 203.0.113.20`,
    ],
  ],
  [
    "writes another destination when the packet leaves",
    [
      "nft add table inet job",
      "nft 'add chain inet job o { type filter hook postrouting priority 0; }'",
      `nft add rule inet job o ip daddr ${ALLOWED.ipv4} ip daddr set 203.0.113.21`,
    ],
  ],
] as const;
/** Makes a table by another thread than the first, whose number the kernel names; it may have ended by then. */
function byThread(table: string, after: string): string {
  return toPython(`
import socket, struct, threading, time
def make():
    s = socket.socket(16, 3, 12)
    s.bind((0, 0))
    def message(kind, flags, number, body): return struct.pack("<IHHII", 16 + len(body), kind, flags, number, 0) + body
    def head(family, resource): return struct.pack(">BBH", family, 0, resource)
    name = b"${table}\\0\\0\\0"
    add = head(1, 0) + struct.pack("<HH", 4 + len(name), 1) + name
    s.send(message(16, 1, 1, head(0, 10)) + message(10 << 8, 0x405, 2, add) + message(17, 1, 3, head(0, 10)))
    ${after}
thread = threading.Thread(target=make)
thread.start()
thread.join()
`);
}

const REMOVE_TABLE = "nft delete table inet job 2>/dev/null; true";

describe.skipIf(obstacle !== "")(`root in the job configures the network${obstacle}`, () => {
  let scene: AttackScene;
  beforeAll(async () => {
    scene = await createAttackScene();
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  /** What one test does to its network is another one's trouble. */
  async function newPod(): Promise<GuardedPod> {
    const { internet } = scene;
    return toGuardedPod(internet, await internet.pod());
  }

  test("a resolver's address that the job takes is not asked, and that is told", async () => {
    const pod = await newPod();
    const attack = withFakeResolver(`subprocess.run("${CURL}", shell=True)`);
    const run = await pod.guarded(`${TAKE}; ${attack}`, { policy: KEEPING });

    expect(run.stderr).toContain(`Could not resolve host: ${ALLOWED.name}`);
    expect(run.packets).toEqual([]);
    expect(run.visits).toEqual([]);
    expect(run.report.dnsQueries.flatMap(({ answers }) => answers)).toEqual([]);
    expect(run.report.enforcement?.reason).toContain(
      `the resolver's address ${RESOLVER.ipv4} became one of the machine's own`,
    );
    const [taken, ...others] = run.report.findings;
    expect(taken).toMatchObject({ severity: "critical", rule: { id: "guard-tamper" } });
    expect(taken?.message).toContain(`${RESOLVER.ipv4}, the address of a resolver, was made`);
    expect(programOf(run.report, taken)).toBe("ip");
    expect(others.map(({ message }) => message)).toEqual([
      `the job changed the network: address ${RESOLVER.ipv4}/32 added on lo`,
    ]);
  });

  test("names are answered again when the address is given back", async () => {
    const pod = await newPod();
    const curl = `curl -4 -sS -m 5 --cacert ${pod.caFile} https://${ALLOWED.name}/honest`;
    const script = `${TAKE}; ${CURL}; ${GIVE_BACK}; ${curl}`;
    const run = await pod.guarded(script, { policy: KEEPING });

    expect(run.stderr).toContain("Could not resolve host");
    expect(run.stdout).toBe(`${ALLOWED.name} GET /honest\n`);
  });

  test("an answer is not believed though the address was taken for a moment only", async () => {
    const pod = await newPod();
    const policy = toPolicy({ allow: [`*.${ALLOWED.name}`], "network-admin": "keep" });
    const run = await pod.guarded(TAKEN_AGAIN_AND_AGAIN, { policy });

    expect(run.stdout).toMatch(/^fake was (?:not )?asked\n$/);
    expect(run.report.dnsQueries.length).toBeGreaterThan(3);
    expect(run.report.dnsQueries.flatMap(({ answers }) => answers)).not.toContain(STOLEN);
    // Once a second, however often it is done; the job's own changes are counted.
    const critical = run.report.findings.filter(({ severity }) => severity === "critical");
    expect(critical.length).toBeGreaterThanOrEqual(1);
    expect(critical.length).toBeLessThan(8);
    expect(run.report.findings.length).toBeLessThan(24);
  });

  test("a resolver that is led into a tunnel of the job's is not asked", async () => {
    const pod = await newPod();
    const script = [
      "ip link add job0 type veth peer name job1",
      "ip addr add 172.31.0.1/24 dev job0; ip link set job0 up; ip link set job1 up",
      `ip route add ${RESOLVER.ipv4}/32 dev job0`,
      CURL,
    ].join("\n");
    const run = await pod.guarded(script, { policy: KEEPING });

    expect(run.stderr).toContain("Could not resolve host");
    expect(run.report.enforcement?.reason).toContain(
      `the way to the resolver ${RESOLVER.ipv4} leads to another device than at the start`,
    );
    expect(run.report.findings.map(({ message }) => message)).toEqual([
      "the job changed the network: address 172.31.0.1/24 added on job0",
      `the job changed the network: route to ${RESOLVER.ipv4}/32 added on job0`,
    ]);
  });

  test.each(TABLES)("a table that %s is told, with who made it", async (_, commands) => {
    const pod = await newPod();
    const run = await pod.guarded([...commands, REMOVE_TABLE].join("\n"), { policy: KEEPING });

    const told = run.report.findings.filter(({ message }) => message.includes("added"));
    expect(told.map(({ message }) => message)).toEqual([
      "the job changed nftables: table inet job (table added) by nft",
      "the job changed nftables: table inet job (chain added) by nft",
      "the job changed nftables: table inet job (rule added) by nft",
    ]);
    for (const finding of told) {
      expect(finding.severity).toBe("high");
      expect(programOf(run.report, finding)).toBe("nft");
    }
  });

  test("a table is told also where another thread than the first made it", async () => {
    const pod = await newPod();
    const script = `${byThread("ended", "pass")}\n${byThread("alive", "time.sleep(0.2)")}`;
    const run = await pod.guarded(script, { policy: KEEPING });

    expect(run.report.findings.map(({ message }) => message)).toEqual([
      "the job changed nftables: table inet ended (table added) by python3",
      "the job changed nftables: table inet alive (table added) by python3",
    ]);
    for (const finding of run.report.findings) {
      expect(programOf(run.report, finding)).toContain("python3");
    }
  });

  test("a tunnel is told by its address and its routes", async () => {
    const pod = await newPod();
    const script = [
      "ip link add vx1 type vxlan id 8 remote 203.0.113.65 dstport 4789",
      "ip addr add 172.30.0.1/24 dev vx1; ip link set vx1 up",
      `ip route add ${ALLOWED.ipv4}/32 dev vx1; ${CURL}; ip link del vx1`,
    ].join("\n");
    const run = await pod.guarded(script, { policy: KEEPING });

    expect(run.report.findings.map(({ message }) => message)).toEqual([
      "the job changed the network: address 172.30.0.1/24 added on vx1",
      `the job changed the network: route to ${ALLOWED.ipv4}/32 added on vx1`,
    ]);
    for (const finding of run.report.findings) expect(programOf(run.report, finding)).toBe("ip");
  });

  test("the same change made again and again is counted, and not listed again and again", async () => {
    const pod = await newPod();
    const change = String.raw`route add 192.0.2.1/32 dev lo\nroute del 192.0.2.1/32 dev lo\n`;
    const script = `for n in $(seq 1000); do printf '${change}'; done | ip -batch -`;
    const run = await pod.guarded(script, { policy: KEEPING });

    const added = run.report.findings.filter(({ message }) => message.includes("/32 added"));
    expect(added.length).toBeLessThan(5);
    const counts = added.map(({ count }) => count);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1_000);
  });

  test("what others than the job change is no finding", async () => {
    const pod = await newPod();
    const guard = await startGuard(pod, { policy: KEEPING });
    for (const command of [
      "ip link add docker0 type bridge || ip link add docker0 type veth",
      "ip addr add 172.17.0.1/16 dev docker0",
      "ip link set docker0 up",
      "ip route add 10.99.0.0/16 dev docker0",
      "ip rule add from 10.99.0.1 lookup 99",
      "nft add table ip docker",
      "nft 'add chain ip docker n { type nat hook postrouting priority 100; }'",
      "nft add rule ip docker n ip saddr 172.17.0.0/16 masquerade",
      "iptables -t nat -N KUBE-SERVICES; iptables -t nat -A OUTPUT -j KUBE-SERVICES",
    ]) {
      expect(await pod.run(["sh", "-c", command])).toMatchObject({ status: 0 });
    }
    const curl = `curl -4 -sS -m 5 --cacert ${pod.caFile} https://${ALLOWED.name}/after`;
    const page = await guard.inside(curl);
    guard.finish();
    await guard.ended;

    expect(page).toBe(`${ALLOWED.name} GET /after\n`);
    expect(readStandingReport(pod).findings).toEqual([]);
  });

  test("a job without the right, which is the default, can do none of it", async () => {
    const pod = await newPod();
    const commands = [
      TAKE,
      "ip link add vx1 type vxlan id 8 remote 203.0.113.65 dstport 4789",
      `ip route add ${RESOLVER.ipv4}/32 dev lo`,
      ...TABLES.map(([, [table]]) => table),
    ];
    const script = commands.map((command) => `${command} 2>/dev/null && echo done`).join("\n");
    const curl = `curl -4 -sS -m 5 --cacert ${pod.caFile} https://${ALLOWED.name}/after`;
    const run = await pod.guarded(`${script}\n${curl}`, {
      policy: toPolicy({ allow: [ALLOWED.name] }),
    });

    expect(run.stdout).toBe(`${ALLOWED.name} GET /after\n`);
    expect(run.report.enforcement?.restored).toBe(0);
    const messages = run.report.findings.map(({ message }) => message);
    expect(messages.filter((message) => message.includes("changed"))).toEqual([]);
  });
});

function programOf(report: Report, finding: Report["findings"][number] | undefined) {
  return report.processes.find(({ id }) => id === finding?.processId)?.args[0];
}

function readStandingReport(pod: GuardedPod): Report {
  return reportSchema.parse(JSON.parse(readFileSync(join(pod.folder, "guard.json"), "utf8")));
}
