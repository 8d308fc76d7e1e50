/** B11 and B15: an allowed host on another port or by another protocol, QUIC first of all. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

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
const { name, ipv4, ipv6 } = ALLOWED;

/** An Initial of a version that no server knows: it answers with those it does (RFC 9000, section 6). */
const toQuic = (host: string, port: number): string =>
  toPython(`
import socket
for family, _, _, _, to in socket.getaddrinfo("${host}", ${port}, type=socket.SOCK_DGRAM):
    s = socket.socket(family, socket.SOCK_DGRAM); s.settimeout(1)
    try:
        s.sendto(b"\\xc0\\x1a\\x2a\\x3a\\x4a\\x08stolen!!\\x00" + bytes(1200), to); s.recv(1500); print("answered")
    except OSError as error: print(error.strerror or error)`);

const ATTACKS = {
  "QUIC to the allowed name": toQuic(name, 443),
  "HTTP/3 to the allowed name": `curl -sS -m 3 --http3-only https://${name}/ || curl -sS -m 3 http://${name}:8443/`,
  "HTTP to a name allowed for HTTPS": `curl -4 -sS -m 3 http://${name}/`,
  "HTTP to its address, IPv4": `curl -sS -m 3 http://${ipv4}/`,
  "HTTP to its address, IPv6": `curl -sS -m 3 'http://[${ipv6}]/'`,
  "SSH to the allowed name": `nc -4 -w 2 ${name} 22 </dev/null`,
  "ping of the allowed name": toPython(
    `import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 1); s.sendto(b"\\x08\\0\\0\\0\\0\\1\\0\\1stolen", ("${ipv4}", 0))`,
  ),
  "UDP to the allowed TCP port": toQuic(ipv4, 443),
  "every port around the allowed one": toPython(`
import socket
open_ports = []
for port in [*range(430, 460), 1, 65535]:
    s = socket.socket(); s.settimeout(1)
    if s.connect_ex(("${ipv4}", port)) == 0: open_ports.append(port)
    s.close()
print(open_ports)`),
} as const;

describe.skipIf(obstacle !== "")(`an allowed host${obstacle}`, () => {
  let scene: AttackScene;
  let volley: Volley;
  beforeAll(async () => {
    scene = await createAttackScene();
    // Known before the attacks, so that the addresses are open and not only the name.
    const opened = `curl -4 -sS --cacert ${scene.pod.caFile} https://${name}/ >/dev/null`;
    const attacks = Object.entries(ATTACKS).map(([title, text]) => [title, `${opened}\n${text}`]);
    volley = await fireAll(scene.pod, Object.fromEntries(attacks), {
      policy: toPolicy({ allow: [name] }),
    });
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  test("is reached on the allowed port by the allowed protocol alone", async () => {
    const left = volley.run.escaped.map(
      ({ protocol, destination: { ip, port } }) => `${protocol} ${ip} ${port}`,
    );
    expect(new Set(left)).toEqual(new Set([`tcp ${ipv4} 443`]));
    const services = (await scene.internet.visits()).map(({ service }) => service);
    expect(new Set(services)).toEqual(new Set(["https"]));
  });

  test.each([
    [
      "QUIC to the allowed name",
      /^(Operation not permitted\n){2}$/,
      [`udp ${ipv4} 443`, `udp ${ipv6} 443`],
    ],
    ["UDP to the allowed TCP port", /^Operation not permitted\n$/, [`udp ${ipv4} 443`]],
  ])("is not reached by %s", (title, stdout, destinations) => {
    const shot = volley.shot(title);

    expect(shot.stdout).toMatch(stdout);
    expect(shot.blocked.map(({ text }) => text).toSorted()).toEqual(destinations.toSorted());
  });

  test.each([
    ["HTTP to a name allowed for HTTPS", `tcp ${ipv4} 80`, 7],
    ["HTTP to its address, IPv4", `tcp ${ipv4} 80`, 7],
    ["HTTP to its address, IPv6", `tcp ${ipv6} 80`, 7],
    ["SSH to the allowed name", `tcp ${ipv4} 22`, 1],
  ])("is not reached by %s", (title, destination, status) => {
    const shot = volley.shot(title);

    expect(shot.status).toBe(status);
    expect(shot.stdout).toBe("");
    expect(shot.blocked.map(({ text }) => text)).toContain(destination);
  });

  test("is not reached by a ping", () => {
    const { status, stderr } = volley.shot("ping of the allowed name");
    expect(status).toBe(1);
    expect(stderr).toMatch(/Operation not permitted|Permission denied/);
  });

  test("has no other port open", () => {
    expect(volley.shot("every port around the allowed one").stdout).toBe("[443]\n");
  });
});

describe.skipIf(obstacle !== "")(`what a policy opens${obstacle}`, () => {
  let scene: AttackScene;
  beforeAll(async () => {
    scene = await createAttackScene();
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  test("for UDP is not open for TCP, and a range ends where it ends", async () => {
    const attack = toPython(`
import socket
def tcp(port):
    s = socket.socket(); s.settimeout(1); return s.connect_ex(("${ipv4}", port)) == 0
def udp(port):
    try: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("${ipv4}", port)); return True
    except OSError: return False
print([port for port in (21, 22, 53000, 80, 81, 443) if tcp(port)], [port for port in (21, 22, 79, 80, 443, 53000) if udp(port)])`);
    const policy = toPolicy({ allow: [`${ipv4}:22-80`, `${ipv4}:53000/udp`] });
    const run = await scene.pod.guarded(attack, { policy });

    expect(run.stdout).toBe("[22, 80] [53000]\n");
    expect(
      new Set(run.escaped.map(({ protocol, destination }) => `${protocol} ${destination.port}`)),
    ).toEqual(new Set(["tcp 22", "tcp 80", "udp 53000"]));
  });
});
