/** B17: flows that conntrack knows from before, of another guard, mode or policy. What was said of them then counts for nothing. */
import type { ChildProcess } from "node:child_process";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { watchPod } from "../../e2e/watched-pod.ts";
import { ATTACKER, RESOLVER } from "../../support/internet/addresses.ts";
import type { Machine } from "../../support/internet/internet.ts";
import {
  ALLOWED,
  type AttackScene,
  createAttackScene,
  findObstacle,
  toPython,
} from "./support/attack-scene.ts";
import { type GuardedPod, toGuardedPod, toPolicy } from "./support/guarded-pod.ts";

const obstacle = findObstacle();
const FORBIDDEN = "secret.evil.test";
const BLOCK = toPolicy({ allow: [ALLOWED.name] });
const AUDIT = toPolicy({ mode: "audit", allow: [ALLOWED.name] });
/** Nobody allows it, and it says again whatever it is told. */
const ECHO = "198.51.100.77";
/** Nothing comes back from there while a test wants it so: a connection stays half open. */
const SILENT = "198.51.100.78";
const REFUSED = /^\[Errno \d+\]/;

/** Talks from one port after the other, and says what came back for each. */
const TALKER = `
import socket, struct, sys
def family(ip): return socket.AF_INET6 if ":" in ip else socket.AF_INET
def question(name):
    labels = b"".join(bytes([len(it)]) + it.encode() for it in name.split("."))
    return struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\\0\\0\\1\\0\\1"
def datagram(ip, own, to, data):
    s = socket.socket(family(ip), socket.SOCK_DGRAM)
    s.settimeout(2)
    s.bind(("", own))
    s.connect((ip, to))
    return s, data
def exchange(s, data):
    try:
        s.send(data)
        return s.recv(512)
    except OSError as e: return e
def told(answer):
    if isinstance(answer, OSError): return str(answer)
    return "rcode %d" % (answer[3] & 15) if answer[:2] == b"\\0\\7" else "echo"
`;

function toQuestion(server: string, ownPort: number, name: string): string {
  return toPython(
    `${TALKER}\nprint(told(exchange(*datagram("${server}", ${ownPort}, 53, question("${name}")))))`,
  );
}

function toDatagram(ip: string, ownPort: number): string {
  return toPython(`${TALKER}\nprint(told(exchange(*datagram("${ip}", ${ownPort}, 7, b"stolen"))))`);
}

describe.skipIf(obstacle !== "")(`a flow of before${obstacle}`, () => {
  let scene: AttackScene;
  let pod: GuardedPod;
  let machine: Machine;
  beforeAll(async () => {
    scene = await createAttackScene();
    const ports = { 7: ["tcp-echo", "udp-echo"], 80: "http" } as const;
    await scene.internet.site("echo.test", { ipv4: ECHO, ports });
    await scene.internet.site("silent.test", { ipv4: SILENT, ports });
  });
  afterAll(async () => scene[Symbol.asyncDispose]());
  beforeEach(async () => {
    machine = await scene.internet.pod({ ownProcesses: true });
    pod = toGuardedPod(scene.internet, machine);
    // As where Docker is, flows are known before there is a guard.
    await shell(toTable("tracking", "output", 0, "ct state new"));
    return () => machine[Symbol.asyncDispose]();
  });

  async function shell(text: string): Promise<string> {
    return (await machine.run(["sh", "-c", text])).stdout;
  }

  test.each([
    ["IPv4", RESOLVER.ipv4],
    ["IPv6", RESOLVER.ipv6],
  ])("to the resolver over %s leads no question past the gate", async (_, server) => {
    expect(await shell(toQuestion(server, 40_053, ALLOWED.name))).toBe("rcode 0\n");
    const policy = toPolicy({ allow: [ALLOWED.name, `${toHost(server)}:53/udp`] });
    const run = await pod.guarded(toQuestion(server, 40_053, FORBIDDEN), { policy });

    expect(run.stdout).toBe("rcode 3\n");
    expect(run.questions).toEqual([]);
    expect(run.report.dnsQueries).toMatchObject([{ name: FORBIDDEN, verdict: "blocked" }]);
  });

  test.each([
    ["IPv4", ATTACKER.ipv4],
    ["IPv6", ATTACKER.ipv6],
  ])("is not what the answer over %s to a closed socket is taken for", async (_, server) => {
    // The kernel says to whom was asked that nobody listens, and repeats the answer.
    const ask = toPython(`${TALKER}
for port in range(40500, 40520):
    s, data = datagram("${server}", port, 53, question("${FORBIDDEN}"))
    s.send(data); s.close()
print(told(exchange(*datagram("${server}", 40520, 53, question("${FORBIDDEN}")))))`);
    const run = await pod.guarded(ask, { policy: BLOCK });

    expect(run.stdout).toBe("rcode 3\n");
    expect(run.report.dnsQueries).toMatchObject([{ name: FORBIDDEN, count: 21 }]);
    expect(run.escaped).toEqual([]);
  });

  test("that an audit let out leads no question to somebody else's server", async () => {
    const [server, ask] = ["1.1.1.1", toQuestion("1.1.1.1", 40_054, FORBIDDEN)];
    const audited = await pod.guarded(ask, { policy: AUDIT });
    expect(audited.leakedQuestions).toMatchObject([{ name: FORBIDDEN }]);
    const run = await pod.guarded(ask, { policy: BLOCK });

    expect(run.stdout).toBe("rcode 3\n");
    expect(run.leakedQuestions).toEqual([]);
    expect(await scene.internet.capture.packets({ from: pod, to: server })).toEqual([]);
  });

  test.each([
    ["an audit", AUDIT],
    ["a guard that allowed it", toPolicy({ allow: [`${ECHO}:7/udp`] })],
  ])("that %s let out carries no datagram under a block", async (_, policy) => {
    const talk = toDatagram(ECHO, 40_100);
    expect((await pod.guarded(talk, { policy })).stdout).toBe("echo\n");
    const run = await pod.guarded(talk, { policy: BLOCK });

    expect(run.stdout).toMatch(REFUSED);
    expect(run.escaped).toEqual([]);
  });

  test("whose end nobody has heard of opens no connection", async () => {
    const talk = toPython(`
import socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\\1\\0\\0\\0\\0\\0\\0\\0")
s.settimeout(4)
s.bind(("", 40101))
try:
    s.connect(("${ECHO}", 7)); s.send(b"stolen"); print(s.recv(99))
except OSError as e: print(e)
s.close()`);
    await shell(toTable("dropping", "output", -350, "tcp flags & rst == rst drop"));
    const policy = toPolicy({ allow: [`${ECHO}:7`] });
    expect((await pod.guarded(talk, { policy })).stdout).toBe("b'stolen'\n");
    await shell("nft delete table inet dropping");
    const run = await pod.guarded(talk, { policy: BLOCK });

    expect(run.stdout).toMatch(REFUSED);
    expect(run.escaped).toEqual([]);
  });

  test("to the resolver that a process holds when the guard of its pod starts asks the gate", async () => {
    const talker = await hold(machine, [
      `datagram("${RESOLVER.ipv4}", 40055, 53, question("${ALLOWED.name}"))`,
    ]);
    expect(await talker.say()).toEqual(["rcode 0"]);
    const guard = await watchPod(machine, { egress: { allow: [ALLOWED.name] } });
    await scene.internet.forget();
    const ask = toQuestion(RESOLVER.ipv4, 40_056, FORBIDDEN);
    expect(await shell(ask)).toBe("rcode 3\n");

    expect(await talker.ask(FORBIDDEN)).toEqual(["rcode 3"]);
    expect(await scene.internet.dns.questions()).toEqual([]);
    expect(await guard.stop()).toMatchObject({ status: 0 });
  });

  test("ends when audit becomes a block, unless policy allows it", async () => {
    const allow = [`${ALLOWED.name}:80`];
    const guard = await watchPod(machine, { egress: { mode: "audit", allow } });
    await shell(toTable("dropping", "prerouting", -350, `ip saddr ${SILENT} drop`));
    const talker = await hold(machine, [
      `datagram("${ECHO}", 40102, 7, b"stolen")`,
      `stream("${ECHO}", 80)`,
      `stream("${ALLOWED.name}", 80)`,
    ]);
    expect(await talker.say()).toEqual(["echo", "echo", "echo"]);
    const opening = machine.run(["python3", "-c", OPENING]);
    await scene.internet.capture.packets({ from: pod, to: SILENT });
    expect(await guard.ask("tighten", "--mode", "block")).toMatchObject({ status: 0 });
    await shell("nft delete table inet dropping");
    await scene.internet.forget();

    expect(await talker.say()).toEqual([
      expect.stringMatching(REFUSED),
      expect.stringMatching(REFUSED),
      "echo",
    ]);
    // Its SYN is sent again after a second.
    expect((await opening).stdout).toMatch(REFUSED);
    expect(await scene.internet.capture.packets({ from: pod, to: ECHO })).toEqual([]);
    expect(await scene.internet.capture.packets({ from: pod, to: SILENT })).toEqual([]);
    expect(await guard.stop()).toMatchObject({ status: 0 });
  });
});

const OPENING = `
import socket
s = socket.socket()
s.settimeout(8)
try: s.connect(("${SILENT}", 7)); print("open")
except OSError as e: print(e)`;

function toHost(ip: string): string {
  return ip.includes(":") ? `[${ip}]` : ip;
}

/** A text for `sh` that makes a table with one rule. */
function toTable(name: string, hook: string, priority: number, rule: string): string {
  const chain = `chain inet ${name} only { type filter hook ${hook} priority ${priority}; }`;
  return `nft 'add table inet ${name}; add ${chain}; add rule inet ${name} only ${rule}'`;
}

interface Talker {
  /** Sends something over each of its sockets; what was answered, or how it failed. */
  say(): Promise<readonly string[]>;
  /** Asks for this name over each. */
  ask(name: string): Promise<readonly string[]>;
}

/** A program that goes on with the sockets that it has made. */
async function hold(machine: Machine, sockets: readonly string[]): Promise<Talker> {
  const child = machine.start(["python3", "-c", `${TALKER}${HOLDER}`, `[${sockets.join(", ")}]`]);
  expect(await readUntil(child)).toEqual([]);
  const answerTo = (line: string): Promise<readonly string[]> => {
    child.stdin?.write(`${line}\n`);
    return readUntil(child);
  };
  return { say: () => answerTo(""), ask: answerTo };
}

const HOLDER = `
def stream(ip, to):
    s = socket.create_connection((ip, to), 3)
    return s, b"GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: keep-alive\\r\\n\\r\\n"
sockets = eval(sys.argv[1])
print("end", flush=True)
for line in sys.stdin:
    for s, data in sockets:
        print(told(exchange(s, question(line.strip()) if line.strip() else data)))
    print("end", flush=True)
`;

function readUntil(child: ChildProcess): Promise<readonly string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
  let text = "";
  const read = (chunk: Buffer): void => {
    text += chunk.toString();
    if (!text.endsWith("end\n")) return;
    child.stdout?.off("data", read);
    resolve(text.split("\n").slice(0, -2));
  };
  child.stdout?.on("data", read);
  child.once("exit", (status) => reject(new Error(`ended with ${status}: ${text}`)));
  return promise;
}
