import { describe, expect, test } from "vitest";

import { ATTACKER, RESOLVER } from "./internet/addresses.ts";
import { createInternet, type Machine } from "./internet/internet.ts";
import { requires } from "./requires.ts";

const { internet: available } = requires;

describe.skipIf(!available.available)(`the internet's resolver${available.note}`, () => {
  test("answers over UDP and TCP, at both addresses", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    await internet.site("github.test", { ipv4: "198.51.100.10", ttl: 7, ports: { 443: "https" } });

    for (const server of [RESOLVER.ipv4, RESOLVER.ipv6]) {
      for (const way of ["+notcp", "+tcp"]) {
        const argv = ["+noall", "+answer", way, `@${server}`, "GitHub.test"];

        expect(await dig(pod, ...argv)).toMatch(/^GitHub\.test\.\s+7\s+IN\s+A\s+198\.51\.100\.10$/);
      }
    }
  });

  test("holds records of every type, follows aliases, and knows what does not exist", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    await internet.dns.add(
      { name: "www.test", type: "CNAME", data: "edge.test" },
      { name: "edge.test", type: "CNAME", data: "node.test" },
      { name: "node.test", type: "A", data: "198.51.100.20", ttl: 0 },
      { name: "_s._tcp.test", type: "SRV", data: { target: "node.test", port: 8443 } },
      { name: "node.test", type: "HTTPS", data: Buffer.from("00010000010003026832", "hex") },
      { name: "node.test", type: "TXT", data: "text" },
    );

    expect(await dig(pod, "+short", "www.test")).toBe("edge.test.\nnode.test.\n198.51.100.20");
    expect(await dig(pod, "+short", "_s._tcp.test", "SRV")).toBe("1 1 8443 node.test.");
    expect(await dig(pod, "+short", "node.test", "HTTPS")).toBe('1 . alpn="h2"');
    expect(await dig(pod, "+short", "node.test", "TXT")).toBe('"text"');
    expect(await dig(pod, "node.test", "AAAA")).toMatch(/NOERROR.*ANSWER: 0/s);
    expect(await dig(pod, "nothing.test")).toContain("NXDOMAIN");
    await internet.dns.forget("node.test");

    expect(await dig(pod, "node.test")).toContain("NXDOMAIN");
  });

  test("sends what is too long for a datagram over TCP", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    const data = Array.from({ length: 100 }, (_, at) => `198.51.100.${at}`);
    await internet.dns.add(
      ...data.map((ip) => ({ name: "many.test", type: "A", data: ip }) as const),
    );

    expect((await dig(pod, "+short", "many.test")).split("\n")).toHaveLength(100);
    expect(await internet.dns.questions()).toMatchObject([
      { transport: "udp" },
      { transport: "tcp" },
    ]);
  });

  test("says what it was asked, and by whom", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    await dig(pod, "Secret.Evil.test", "TXT");

    expect(await internet.dns.questions()).toMatchObject([
      { name: "secret.evil.test", type: "TXT", transport: "udp", from: pod.ipv4 },
    ]);
    expect(await internet.dns.questions({ name: "other.test" })).toEqual([]);
    await internet.forget();

    expect(await internet.dns.questions()).toEqual([]);
  });

  test("can be silent, slow, broken, and lie", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    await internet.site("github.test", { ipv4: "198.51.100.10", ports: { 443: "https" } });
    // An answer comes long after it was given where many others want the processor.
    const ask = async (timeout = 20) => dig(pod, "+tries=1", `+timeout=${timeout}`, "github.test");

    await internet.dns.behave({ isSilent: true });
    expect(await ask(1)).toContain("no servers could be reached");
    await internet.dns.behave({ delayMs: 300 });
    const slow = await ask();
    expect(slow).toContain("198.51.100.10");
    // A timer may be early by less than that.
    expect(Number(/Query time: (\d+) msec/.exec(slow)?.[1])).toBeGreaterThan(290);
    await internet.dns.behave({ rcode: "SERVFAIL" });
    expect(await ask()).toContain("SERVFAIL");
    await internet.dns.behave({ lies: { "github.test": [ATTACKER.ipv4] } });
    expect(await ask()).toContain(ATTACKER.ipv4);
    await internet.dns.behave({});
    expect(await ask()).toContain("198.51.100.10");
  });

  test.each([
    "wrong-id",
    "other-question",
    "other-name",
    "extra-records",
    "no-question",
    "two-questions",
    "compression-loop",
    "truncated-message",
  ] as const)("forges: %s", async (forgery) => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    await internet.site("github.test", { ipv4: "198.51.100.10", ports: { 443: "https" } });
    await internet.dns.behave({ forgeries: [forgery] });
    await dig(pod, "+tries=1", "+timeout=1", "github.test");
    const answers = await answersTo(pod, "github.test");

    expect(answers.length).toBe(forgery === "wrong-id" ? 201 : 2);
    expect(new Set(answers).size).toBe(answers.length);
    expect(answers.at(-1)).toContain("c633640a");
  });
});

async function dig(pod: Machine, ...args: readonly string[]): Promise<string> {
  return (await pod.run(["dig", ...args])).stdout.trim();
}

/** Every datagram that comes for one question, in hexadecimal, up to the honest one. */
async function answersTo(pod: Machine, name: string): Promise<string[]> {
  const program = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(5)
name = b"".join(bytes([len(it)]) + it.encode() for it in sys.argv[2].split(".")) + b"\\0"
ask = bytes.fromhex("123401000001000000000000") + name + bytes.fromhex("00010001")
s.sendto(ask, (sys.argv[1], 53))
while True:
    answer = s.recv(2000)
    print(answer.hex())
    if answer[:2] == ask[:2] and answer[-4:] == bytes([198, 51, 100, 10]) : break`;
  const { stdout } = await pod.run(["python3", "-c", program, RESOLVER.ipv4, name]);
  return stdout.trim().split("\n");
}
