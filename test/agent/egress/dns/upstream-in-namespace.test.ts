import { execFileSync, spawn, spawnSync } from "node:child_process";

import { describe, expect, test } from "vitest";

import { requires } from "../../../support/requires.ts";

const { netns } = requires;
const hasPrograms = ["nft", "python3", "setpriv"].every(
  (it) => spawnSync(it, ["--version"], { stdio: "ignore" }).error === undefined,
);
const note = netns.note || (hasPrograms ? "" : " (skipped: needs nft, python3 and setpriv)");
const MARK = 0x5eed_1234;
const RESOLVER = { ip: "10.77.0.53", port: 53 };
const TIMEOUTS = { nextServerMs: 500, totalMs: 5_000, downMs: 1_000, tcpIdleMs: 1_000 };

/** Counts what goes to the resolver with the mark, and anything without it; SYN apart, since it is sent by connect. */
const COUNTERS = `table inet t {
  chain output {
    type filter hook output priority 0;
    udp dport 53 meta mark ${MARK} counter comment "udp"
    tcp dport 53 tcp flags & (syn | ack) == syn meta mark ${MARK} counter comment "syn"
    tcp dport 53 meta mark ${MARK} counter comment "tcp"
    meta l4proto { tcp, udp } th dport 53 meta mark != ${MARK} counter comment "unmarked"
  }
}`;

/** A resolver that answers with 192.0.2.1 over TCP and UDP, and lets FORGE spoil what comes over UDP. */
const RESOLVER_SCRIPT = `
import socket, struct, sys, threading
ADDRESS = ("${RESOLVER.ip}", 53)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); udp.bind(ADDRESS)
tcp = socket.socket(); tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); tcp.bind(ADDRESS); tcp.listen()
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
mode = sys.argv[1]
def answer(query, ip, flags=0x8180):
    end = query.index(b"\\0", 12) + 5
    record = struct.pack("!HHHIH4s", 0xc00c, 1, 1, 60, 4, socket.inet_aton(ip))
    return query[:2] + struct.pack("!HHHHH", flags, 1, 1, 0, 0) + query[12:end] + record
def forge(query, remote):
    """From a raw socket, in the resolver's name: the forger knows the port, and has to guess the id."""
    wrong = struct.pack("!H", struct.unpack("!H", query[:2])[0] ^ 1)
    payload = wrong + answer(query, "192.0.2.66")[2:]
    datagram = struct.pack("!HHHH", 53, remote[1], 8 + len(payload), 0) + payload
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), 0, 0, 64, 17, 0,
                         socket.inet_aton(ADDRESS[0]), socket.inet_aton(remote[0]))
    raw.sendto(header + datagram, remote)
def exactly(connection, size):
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more: raise EOFError
        data += more
    return data
def serve():
    while True:
        connection, _ = tcp.accept()
        try:
            while True:
                query = exactly(connection, struct.unpack("!H", exactly(connection, 2))[0])
                reply = answer(query, "192.0.2.1")
                connection.sendall(struct.pack("!H", len(reply)) + reply)
        except EOFError: connection.close()
threading.Thread(target=serve, daemon=True).start()
print("ready", flush=True)
while True:
    query, remote = udp.recvfrom(2048)
    if mode == "forge": forge(query, remote)
    elif mode == "truncate": udp.sendto(answer(query, "192.0.2.66", 0x8380), remote)
    else: udp.sendto(answer(query, "192.0.2.1"), remote)
`;

const ASK_SCRIPT = `
import { createDnsUpstream } from "./agent/egress/dns/create-upstream.ts";
import { UPSTREAM_BOUNDS } from "./agent/egress/dns/upstream-limits.ts";
// An upstream keeps no process alive.
const alive = setInterval(() => undefined, 1_000);
const timeouts = ${JSON.stringify(TIMEOUTS)};
const upstream = createDnsUpstream({ resolvers: [${JSON.stringify(RESOLVER)}], mark: ${MARK}, timeouts, bounds: UPSTREAM_BOUNDS });
const question = { name: "a.test", type: 1, class: 1, dnssec: false, checkingDisabled: false };
const answer = await upstream.ask(question);
const end = answer.status === "answered" ? [...answer.message.slice(-4)].join(".") : answer.reason;
console.log(JSON.stringify({ end, ...upstream.counters }));
upstream[Symbol.dispose]();
clearInterval(alive);
`;

describe.skipIf(note !== "")(`in a network namespace${note}`, () => {
  test("every packet to a resolver has the mark, the first one of a connection too", async () => {
    await using place = await makePlace("truncate");

    const answer = place.ask();
    const counted = place.counters();

    expect(answer).toMatchObject({ end: "192.0.2.1", forgeriesSuspected: 0 });
    expect(counted).toEqual({
      udp: 1,
      syn: 1,
      tcp: expect.toSatisfy((packets: number) => packets > 2),
      unmarked: 0,
    });
  });

  test("a datagram that is forged from the side is counted, and the truth comes over TCP", async () => {
    await using place = await makePlace("forge");

    expect(place.ask()).toMatchObject({ end: "192.0.2.1", forgeriesSuspected: 1, failed: 0 });
  });

  test("without the right to mark, the answer is a failure that says so", async () => {
    await using place = await makePlace("honest");

    expect(place.ask(["setpriv", "--bounding-set=-net_admin,-net_raw"])).toMatchObject({
      end: "10.77.0.53:53 cannot be asked: the socket could not be marked (EPERM): the guard needs CAP_NET_ADMIN for that",
    });
  });
});

let made = 0;

async function makePlace(mode: string) {
  made += 1;
  const name = `guard-upstream-${process.pid}-${made}`;
  const inside = (args: readonly string[], input = ""): string =>
    execFileSync("nsenter", [`--net=/run/netns/${name}`, ...args], { input, encoding: "utf8" });
  execFileSync("ip", ["netns", "add", name]);
  inside(["ip", "link", "set", "lo", "up"]);
  inside(["ip", "address", "add", `${RESOLVER.ip}/32`, "dev", "lo"]);
  inside(["nft", "--file", "-"], COUNTERS);
  const args = [`--net=/run/netns/${name}`, "python3", "-c", RESOLVER_SCRIPT, mode];
  const resolver = spawn("nsenter", args, { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve) => resolver.stdout.once("data", resolve));
  const node = [process.execPath, "--no-warnings", "--input-type=module", "--eval", ASK_SCRIPT];
  return {
    ask: (before: readonly string[] = []): unknown => JSON.parse(inside([...before, ...node])),
    counters: () => toCounters(inside(["nft", "list", "table", "inet", "t"])),
    async [Symbol.asyncDispose]() {
      resolver.kill("SIGKILL");
      await new Promise((resolve) => resolver.once("exit", resolve));
      execFileSync("ip", ["netns", "delete", name]);
    },
  };
}

function toCounters(listing: string): Record<string, number> {
  const rows = listing.matchAll(/counter packets (\d+) bytes \d+ comment "(\w+)"/g);
  return Object.fromEntries([...rows].map(([, packets, comment]) => [comment, Number(packets)]));
}
