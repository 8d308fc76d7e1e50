import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createSniGate, SNI_GATE_BOUNDS } from "../../../../agent/egress/sni/sni-gate.ts";
import { requires } from "../../../support/requires.ts";
import { captureHello, extension, hello, records, serverNames } from "./hello-bytes.ts";
import type { RawClientOutcome, RawClientPlan } from "./raw-client.ts";
import { createSniLab, type SniLab } from "./sni-lab.ts";
import type { TlsClientPlan } from "./tls-client.ts";

const { internet } = requires;
const ALERT_ACCESS_DENIED = "15030300020231";
const MEBIBYTE = 1_048_576;
const NODE = process.execPath;

/** An OpenSSL server that gets two hellos, and prints the name that each asked for. Its key comes as standard input. */
const ASKED_NAMES = `import ssl, socket, sys, tempfile, threading
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
with tempfile.NamedTemporaryFile() as file:
    file.write(sys.stdin.buffer.read())
    file.flush()
    context.load_cert_chain(file.name)
context.set_ecdh_curve("secp384r1")
context.sni_callback = lambda _socket, name, _context: print(name)
ours, theirs = socket.socketpair()
def serve():
    try: context.wrap_socket(theirs, server_side=True)
    except (ssl.SSLError, OSError): pass
server = threading.Thread(target=serve)
server.start()
for hello in sys.argv[1:]:
    ours.sendall(bytes.fromhex(hello))
    ours.recv(65536)
ours.close()
server.join()`;

test("an address of a family that the machine lacks is left out, and any other failure is one", async () => {
  const ipv4 = { ip: "127.0.0.1", port: 0 };
  await using gate = await listenOn(ipv4, { ip: "2001:db8::1", port: 0 });

  expect(gate.ports).toEqual({ ipv4: expect.any(Number), ipv6: undefined });
  await expect(listenOn({ ip: "192.0.2.1", port: 0 })).rejects.toThrow("EADDRNOTAVAIL");
  await expect(listenOn({ ip: "2001:db8::1", port: 0 })).rejects.toThrow("no address");
});

function listenOn(...listen: { ip: string; port: number }[]) {
  return createSniGate({
    decide: () => ({ isAllowed: false, rule: "default" }),
    report: () => undefined,
    connect: () => ({ status: "failed", reason: "nobody connects here" }),
    isEnforcing: () => true,
    bounds: SNI_GATE_BOUNDS,
    listen,
  });
}

/** Each test has an address of its own, by which its checks are told from those of others. */
let addresses = 0;
const nextAddress = (): string => `198.51.100.${(addresses += 1)}`;

async function speak(
  lab: SniLab,
  plan: Partial<RawClientPlan> & { ip: string },
  ...pieces: Uint8Array[]
) {
  const whole: RawClientPlan = {
    port: 443,
    end: "none",
    pieces: pieces.map((bytes) => ({ base64: Buffer.from(bytes).toString("base64") })),
    ...plan,
  };
  const { stdout, stderr } = await lab.run([NODE, program("raw-client.ts")], JSON.stringify(whole));
  if (stdout === "") throw new Error(stderr);
  const outcome: RawClientOutcome = JSON.parse(stdout);
  return { ended: outcome.ended, received: Buffer.from(outcome.received, "base64") };
}

async function exchange(lab: SniLab, plan: Partial<TlsClientPlan> & { ip: string }) {
  const whole: TlsClientPlan = {
    port: 443,
    servername: "a.allowed.example",
    version: "TLSv1.3",
    connections: 1,
    bytes: 1_000,
    ...plan,
  };
  const { stdout, stderr } = await lab.run([NODE, program("tls-client.ts"), JSON.stringify(whole)]);
  if (stdout === "") throw new Error(stderr);
  const counts: Record<string, number> = JSON.parse(stdout);
  return counts;
}

function program(name: string): string {
  return join(import.meta.dirname, name);
}

function checksOf(lab: SniLab, ip: string) {
  return lab.checks
    .filter(({ destination }) => destination.ip === ip)
    .map(({ serverName, isAllowed, rule }) => ({ serverName, isAllowed, rule }));
}

const openssl = (ip: string, ...options: string[]): string[] => [
  "openssl",
  "s_client",
  "-connect",
  `${ip}:443`,
  "-quiet",
  ...options,
];

describe.skipIf(!internet.available)(`the gate in block mode${internet.note}`, () => {
  let lab: SniLab;
  beforeAll(async () => {
    lab = await createSniLab({ bounds: { helloTimeoutMs: 1_000 } });
  });
  afterAll(() => lab[Symbol.asyncDispose]());

  test.each(["-tls1_2", "-tls1_3"])("openssl %s talks to an allowed name", async (version) => {
    const ip = nextAddress();
    const client = openssl(ip, "-servername", "A.allowed.example", version);
    const { stdout } = await lab.run(client, "hello\nbye\n");

    expect(stdout).toMatch(/^A\.allowed\.example TLSv1\.[23]\n/i);
    const rule = `egress.allow: for ${ip}`;
    expect(checksOf(lab, ip)).toEqual([{ serverName: "a.allowed.example", isAllowed: true, rule }]);
  });

  test("a name that is not allowed is cut with an alert that says so", async () => {
    const ip = nextAddress();
    const { stderr, status } = await lab.run(openssl(ip, "-servername", "evil.example"));

    expect(status).not.toBe(0);
    expect(stderr).toMatch(/access denied/i);
    expect(checksOf(lab, ip)).toEqual([
      { serverName: "evil.example", isAllowed: false, rule: "default" },
    ]);
  });

  test.each([
    { what: "without a server name", args: ["-noservername"] },
    { what: "with an address as its server name", args: ["-servername", "192.0.2.1"] },
  ])("a hello $what is cut", async ({ args }) => {
    const ip = nextAddress();
    const { stderr } = await lab.run(openssl(ip, ...args));

    expect(stderr).toMatch(/access denied/i);
    expect(checksOf(lab, ip)).toMatchObject([{ serverName: undefined, isAllowed: false }]);
  });

  test("curl that connects to another name's address is judged by the name that it asks for", async () => {
    const ip = nextAddress();
    const to = ["--connect-to", `::${ip}:443`, "--max-time", "5"];
    const curl = ["curl", "-sSk", "--http0.9", "--data-binary", "bye\n", ...to];
    const denied = await lab.run([...curl, "https://evil.example/"]);
    const fronted = await lab.run([
      ...curl,
      "-H",
      "Host: evil.example",
      "https://b.allowed.example/",
    ]);

    expect(denied.stderr).toMatch(/access denied/i);
    // What is inside of the encryption is not seen; docs say so.
    expect(fronted.stdout).toContain("b.allowed.example TLSv1.3");
    expect(checksOf(lab, ip).map(({ isAllowed }) => isAllowed)).toEqual([false, true]);
  });

  test("a python client that gives no name is cut", async () => {
    const ip = nextAddress();
    const script = `import ssl, socket
c = ssl._create_unverified_context()
try: c.wrap_socket(socket.create_connection(("${ip}", 443), 5))
except ssl.SSLError as error: print(error.reason)`;
    const { stdout } = await lab.run(["python3", "-c", script]);

    expect(stdout.trim()).toMatch(/ACCESS_DENIED/);
    expect(checksOf(lab, ip)).toEqual([
      { serverName: undefined, isAllowed: false, rule: "sni: the hello has no server name" },
    ]);
  });

  test("a hello that may hide its name is cut, whatever its outer name is", async () => {
    const ip = nextAddress();
    const bytes = hello([serverNames("a.allowed.example"), extension(0xfe0d, Buffer.alloc(40))]);
    const { received } = await speak(lab, { ip }, records(bytes));

    expect(received.toString("hex")).toBe(ALERT_ACCESS_DENIED);
    expect(checksOf(lab, ip)).toMatchObject([
      { serverName: "a.allowed.example", isAllowed: false },
    ]);
  });

  test("what is no TLS is reset, and nobody is connected to", async () => {
    const ip = nextAddress();
    const { ended, received } = await speak(
      lab,
      { ip, port: 9443 },
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    );

    expect({ ended, received: received.length }).toEqual({ ended: "ECONNRESET", received: 0 });
    expect(checksOf(lab, ip)).toEqual([
      { serverName: undefined, isAllowed: false, rule: "sni: no TLS" },
    ]);
  });

  test.each([
    {
      what: "says nothing",
      bytes: Buffer.alloc(0),
      end: "none",
      rule: "sni: no hello came in time",
    },
    {
      what: "stops in its hello",
      bytes: records(hello([])).subarray(0, 20),
      end: "none",
      rule: "sni: no hello came in time",
    },
    {
      what: "ends in its hello",
      bytes: records(hello([])).subarray(0, 20),
      end: "end",
      rule: "sni: the hello breaks off",
    },
  ] as const)("a client that $what is cut", async ({ bytes, end, rule }) => {
    const ip = nextAddress();
    await speak(lab, { ip, end }, bytes);

    expect(checksOf(lab, ip)).toEqual([{ serverName: undefined, isAllowed: false, rule }]);
  });

  test("a hello that comes byte by byte in records of one byte goes through as it came", async () => {
    const ip = nextAddress();
    const real = await captureHello({ servername: "a.allowed.example" });
    const bytes = records(real.subarray(5), 1);
    const { received } = await speak(
      lab,
      { ip, port: 9443 },
      ...Array.from(bytes, (byte) => Buffer.of(byte)),
    );

    expect(received).toHaveLength(0);
    expect(checksOf(lab, ip)).toMatchObject([{ serverName: "a.allowed.example", isAllowed: true }]);
    expect(
      await lab.until(() => lab.said.find(({ heard }) => heard === bytes.length)),
    ).toBeDefined();
  });

  test("a reset of the server's reaches the client", async () => {
    const ip = nextAddress();
    const bytes = await captureHello({ servername: "a.allowed.example", maxVersion: "TLSv1.2" });
    expect(await speak(lab, { ip, port: 9443 }, bytes)).toMatchObject({ ended: "ECONNRESET" });
  });

  test("a port where nobody listens ends in a reset", async () => {
    const ip = nextAddress();
    const bytes = await captureHello({ servername: "a.allowed.example" });
    expect(await speak(lab, { ip, port: 9 }, bytes)).toMatchObject({ ended: "ECONNRESET" });
  });

  test("a reset of the client's reaches the server", async () => {
    const ip = nextAddress();
    const bytes = await captureHello({ servername: "a.allowed.example" });
    const pieces = [{ base64: bytes.toString("base64") }, { base64: "", wait: "hi".length }];
    await speak(lab, { ip, port: 9444, end: "reset", pieces });

    const code = await lab.until(() => lab.said.find(({ silent }) => silent !== undefined));
    expect(code.silent).toBe("ECONNRESET");
  });

  test("whoever connects to the gate itself is refused", async () => {
    const before = await lab.counters();
    const { ipv4, ipv6 } = lab.ports;
    const bytes = await captureHello({ servername: "a.allowed.example" });
    const direct = await speak(lab, { ip: "127.0.0.1", port: ipv4 }, bytes);
    const sixth = await speak(lab, { ip: "::1", port: ipv6 }, bytes);

    expect([direct.ended, sixth.ended]).toEqual(["ECONNRESET", "ECONNRESET"]);
    expect((await lab.counters()).notRedirected).toBe(before.notRedirected + 2);
  });

  test("IPv6 goes the same way", async () => {
    const ip = "2001:db8::7";
    expect(await exchange(lab, { ip })).toEqual({ "a.allowed.example TLSv1.3 intact": 1 });
    const [error = ""] = Object.keys(await exchange(lab, { ip, servername: "evil.example" }));
    expect(error).toMatch(/access denied/i);
    expect(checksOf(lab, ip).map(({ isAllowed }) => isAllowed)).toEqual([true, false]);
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "20 MiB go and come back whole over %s",
    async (version) => {
      const outcome = await exchange(lab, { ip: nextAddress(), version, bytes: 20 * MEBIBYTE });
      expect(outcome).toEqual({ [`a.allowed.example ${version} intact`]: 1 });
    },
  );

  test("200 connections at once are all judged and all whole", async () => {
    const ip = nextAddress();
    const outcome = await exchange(lab, { ip, connections: 200, bytes: 50_000 });

    expect(outcome).toEqual({ "a.allowed.example TLSv1.3 intact": 200 });
    expect(checksOf(lab, ip)).toHaveLength(200);
  });

  describe("a server that asks for a second hello", () => {
    const ecdhCurve = "X25519:P-384";

    test("gets it where it says the same name", async () => {
      const ip = nextAddress();
      const outcome = await exchange(lab, { ip, port: 8443, ecdhCurve });

      expect(outcome).toEqual({ "a.allowed.example TLSv1.3 intact": 1 });
      expect(checksOf(lab, ip)).toMatchObject([{ isAllowed: true }]);
    });

    test("takes the name out of that one, which is why it has to be judged", async () => {
      const first = await captureHello({ servername: "a.allowed.example", ecdhCurve });
      const second = await captureHello({ servername: "taken.example", ecdhCurve: "P-384" });
      const hellos = [first, second].map((bytes) => bytes.toString("hex"));
      const { stdout } = await lab.run(
        ["python3", "-c", ASKED_NAMES, ...hellos],
        lab.key + lab.cert,
      );

      expect(stdout.split("\n")).toEqual(["a.allowed.example", "taken.example", ""]);
    });

    test.each([
      { when: "once it is asked for", wait: 1 },
      { when: "before it is asked for", wait: 0 },
    ])("does not get one that says another name $when", async ({ wait }) => {
      const ip = nextAddress();
      const first = await captureHello({ servername: "a.allowed.example", ecdhCurve });
      const second = await captureHello({ servername: "evil.example", ecdhCurve: "P-384" });
      const plan = { ip, port: 8443, end: "none" } as const;
      const pieces = [
        { base64: first.toString("base64") },
        { base64: second.toString("base64"), wait },
      ];
      const { ended } = await speak(lab, { ...plan, pieces });

      expect(ended).toBe("ECONNRESET");
      expect(checksOf(lab, ip)).toMatchObject([
        { serverName: "a.allowed.example", isAllowed: true },
        { isAllowed: false, rule: "sni: the second hello has another server name" },
      ]);
    });
  });
});

describe.skipIf(!internet.available)(`the gate in audit mode${internet.note}`, () => {
  test("cuts nothing, and reports what it would have cut", async () => {
    await using lab = await createSniLab({ isEnforcing: false, bounds: { helloTimeoutMs: 300 } });
    const [named, nameless, plain, silent] = [
      nextAddress(),
      nextAddress(),
      nextAddress(),
      nextAddress(),
    ];

    expect(await exchange(lab, { ip: named, servername: "evil.example" })).toEqual({
      "evil.example TLSv1.3 intact": 1,
    });
    const bare = await lab.run(openssl(nameless, "-noservername"), "bye\n");
    expect(bare.stdout).toContain("false TLSv1.3");
    await speak(lab, { ip: plain, port: 9443 }, Buffer.from("GET / HTTP/1.1"));
    expect(lab.said.map(({ heard }) => heard)).toContain(14);
    await speak(lab, { ip: silent, port: 9444, end: "end" }, Buffer.from("S"));

    for (const ip of [named, nameless, plain, silent]) {
      expect(checksOf(lab, ip)).toMatchObject([{ isAllowed: false }]);
    }
    expect(await lab.counters()).toMatchObject({ passed: 4, cut: 0 });
  });
});

describe.skipIf(!internet.available)(`a gate that is told to block${internet.note}`, () => {
  test("cuts from then on what it has let through before", async () => {
    await using lab = await createSniLab({ isEnforcing: false });
    const ip = nextAddress();
    expect(await exchange(lab, { ip, servername: "evil.example" })).toEqual({
      "evil.example TLSv1.3 intact": 1,
    });

    await lab.enforce();

    await exchange(lab, { ip, servername: "evil.example" });
    expect(await lab.counters()).toMatchObject({ passed: 1, cut: 1 });
  });
});

describe.skipIf(!internet.available)(`the gate's bound on connections${internet.note}`, () => {
  test("turns away what is above it and counts that", async () => {
    await using lab = await createSniLab({ bounds: { maxConnections: 5, helloTimeoutMs: 3_000 } });
    const outcome = await exchange(lab, {
      ip: nextAddress(),
      connections: 20,
      bytes: 3 * MEBIBYTE,
    });
    const { passed, noRoom } = await lab.counters();

    expect(passed + noRoom).toBe(20);
    expect(passed).toBeGreaterThanOrEqual(5);
    expect(noRoom).toBeGreaterThan(0);
    expect(outcome["a.allowed.example TLSv1.3 intact"]).toBe(passed);
  });
});
