/** B12: packets that name a way. Forwarded by this very machine, they would leave without a socket behind them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  type AttackScene,
  createAttackScene,
  findObstacle,
  toPython,
  UNLISTED,
} from "./support/attack-scene.ts";
import { toPolicy } from "./support/guarded-pod.ts";

/** With an entry for ICMP the command keeps CAP_NET_RAW, which the kernel asks for IPv4's options nowadays. */
const POLICY = toPolicy({ allow: ["github.test", "192.0.2.77/icmp"] });
const obstacle = findObstacle();

/** Root needs no capability to write these: a machine that forwards, and takes a packet's word for its way. */
const SETTINGS = {
  "net/ipv4/ip_forward": 1,
  "net/ipv4/conf/all/rp_filter": 0,
  "net/ipv4/conf/lo/rp_filter": 0,
  "net/ipv4/conf/lo/accept_local": 1,
  "net/ipv4/conf/lo/forwarding": 1,
  "net/ipv4/conf/all/accept_source_route": 1,
  "net/ipv4/conf/lo/accept_source_route": 1,
  "net/ipv6/conf/all/forwarding": 1,
  "net/ipv6/conf/lo/forwarding": 1,
  "net/ipv6/conf/all/seg6_enabled": 1,
  "net/ipv6/conf/lo/seg6_enabled": 1,
};

/** Says whether the kernel took the packet. */
function toAttack(lines: string): string {
  return toPython(`
import socket, struct
for name, value in ${JSON.stringify(SETTINGS)}.items():
    open("/proc/sys/" + name, "w").write(str(value))
try:
    ${lines.trim().replaceAll("\n", "\n    ")}
    print("sent")
except OSError as e: print(e)`);
}

describe.skipIf(obstacle !== "")(`a packet that names its way${obstacle}`, () => {
  let scene: AttackScene;
  beforeAll(async () => {
    scene = await createAttackScene();
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  test.each([131, 137])("over this machine (option %d) is refused", async (option) => {
    const { pod } = scene;
    const attack = toAttack(`
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, struct.pack("!BBB4sB", ${option}, 7, 4, socket.inet_aton("${pod.ipv4}"), 0))
s.sendto(b"stolen", ("${UNLISTED.ipv4}", 9))`);
    const run = await pod.guarded(attack, { policy: POLICY });

    expect(run.stdout).toMatch(/^\[Errno \d+\]/);
    expect(run.escaped).toEqual([]);
  });

  test("of IPv6 over this machine is refused", async () => {
    const { pod } = scene;
    // RFC 8754: next header, length, type, segments left, last entry, flags, tag; from the last segment to the first.
    const attack = toAttack(`
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
own, to = (socket.inet_pton(socket.AF_INET6, it) for it in ("${pod.ipv6}", "${UNLISTED.ipv6}"))
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RTHDR, struct.pack("!BBBBBBH16s16s", 0, 4, 4, 1, 1, 0, 0, bytes(16), own))
s.sendto(b"stolen", ("${UNLISTED.ipv6}", 9))`);
    const run = await pod.guarded(attack, { policy: POLICY });

    expect(run.stdout).toMatch(/^\[Errno \d+\]/);
    expect(run.escaped).toEqual([]);
  });
});
