/** B18: answers that say more than was asked for, and questions that a resolver might read in another way. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ATTACKER, RESOLVER } from "../../support/internet/addresses.ts";
import {
  ALLOWED,
  createAttackScene,
  findObstacle,
  toPython,
  UNLISTED,
} from "./support/attack-scene.ts";
import { toPolicy } from "./support/guarded-pod.ts";
import { fireAll, type Volley } from "./support/volley.ts";

const ask = "dig +tries=1 +time=3";
const curl = "curl -4 -sSk -m 3";
const CDN = "cdn.evil.test";
const SERVER = { name: "server.evil.test", ipv4: "198.51.100.41" } as const;
const BRIEF = "198.51.100.42";
const LASTING = "198.51.100.43";
const OTHER_NAME = "other-name.test";

/** Raw messages to the resolver over UDP; says which rcode each got, or that it got none. */
function toMessages(messages: readonly string[]): string {
  return toPython(`
import socket
for message in ${JSON.stringify(messages)}:
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.settimeout(1)
    sender.sendto(bytes.fromhex(message), ("10.96.0.10", 53))
    try:
        answer = sender.recv(4096)
        print(answer[3] & 15, answer[7])
    except TimeoutError:
        print("silence")`);
}

const hex = (text: string): string => Buffer.from(text, "latin1").toString("hex");
/** `github.test` and `evil.test` as DNS writes them. */
const [GITHUB, EVIL] = [
  `06${hex("github")}04${hex("test")}00`,
  `04${hex("evil")}04${hex("test")}00`,
];
const A_IN = "00010001";
const toHead = (questions: number, rest = "000000000000"): string =>
  `abcd0100${questions.toString(16).padStart(4, "0")}${rest}`;

const QUESTIONS = {
  "two questions": `${toHead(2)}${GITHUB}${A_IN}${EVIL}${A_IN}`,
  "no question": toHead(0),
  "no question, and a name all the same": `${toHead(0)}${EVIL}${A_IN}`,
  "a question that points at itself": `${toHead(1)}c00c${A_IN}`,
  "a question that points at a second name": `${toHead(1)}c010${A_IN}${EVIL}`,
  "bytes behind the question": `${toHead(1)}${GITHUB}${A_IN}${hex("secret")}`,
  "a record that is not asked for": `${toHead(1, "000100000000")}${GITHUB}${A_IN}${EVIL}${A_IN}0000003c0004cb007142`,
  "half a question": `${toHead(1)}${GITHUB}00`,
  "class ANY": `${toHead(1)}${GITHUB}000100ff`,
  "class CHAOS": `${toHead(1)}${GITHUB}00010003`,
  "an update": `abcd28000001000000000000${GITHUB}${A_IN}`,
  "a transfer": `${toHead(1)}${GITHUB}00fc0001`,
} as const;

const ATTACKS = {
  // All answers to it come after forged ones.
  forged: `${ask} +short ${ALLOWED.name}; ${curl} https://${ALLOWED.name}/`,
  "other name": `${ask} +short ${OTHER_NAME}; ${curl} https://${ATTACKER.ipv4}/`,
  alias: `${curl} https://alias.test/; ${curl} http://alias.test/; ${ask} +short ${CDN}`,
  "alias of a denied name": `${ask} denied-alias.test`,
  loop: `${ask} loop.test`,
  service: `${ask} +short SRV _web._tcp.service.test; ${curl} https://${SERVER.name}:8443/; ${curl} https://${SERVER.name}/`,
  lifetimes: `${ask} +short brief.test lasting.test; until [ "$(nft list sets inet | grep -o expires | wc -l)" -ge 5 ]; do :; done; nft list sets inet`,
  questions: toMessages(Object.values(QUESTIONS)),
} as const;

const obstacle = findObstacle();
describe.skipIf(obstacle !== "")(`hostile answers${obstacle}`, () => {
  const stack = new AsyncDisposableStack();
  let volley: Volley;
  beforeAll(async () => {
    const { internet, pod } = stack.use(await createAttackScene());
    await internet.site(SERVER.name, {
      ipv4: SERVER.ipv4,
      ports: { 443: "https", 8443: "https", 80: "http" },
    });
    await internet.dns.add(
      { name: "alias.test", type: "CNAME", data: CDN },
      { name: CDN, type: "A", data: UNLISTED.ipv4 },
      { name: "denied-alias.test", type: "CNAME", data: "denied.test" },
      { name: "denied.test", type: "A", data: "203.0.113.7" },
      { name: "loop.test", type: "CNAME", data: "loop2.test" },
      { name: "loop2.test", type: "CNAME", data: "loop.test" },
      { name: "_web._tcp.service.test", type: "SRV", data: { target: SERVER.name, port: 8443 } },
      { name: "brief.test", type: "A", ttl: 0, data: BRIEF },
      { name: "lasting.test", type: "A", ttl: 2_000_000, data: LASTING },
      { name: OTHER_NAME, type: "A", data: ATTACKER.ipv4 },
    );
    await internet.dns.behave({
      forgeries: [
        "wrong-id",
        "other-question",
        "other-name",
        "no-question",
        "two-questions",
        "compression-loop",
        "truncated-message",
        "extra-records",
      ],
    });
    const policy = toPolicy({
      allow: [
        ALLOWED.name,
        "alias.test",
        "denied-alias.test",
        "loop.test",
        "service.test:8443",
        "brief.test",
        "lasting.test",
      ],
      deny: ["denied.test"],
      "network-admin": "keep",
    });
    volley = await fireAll(pod, ATTACKS, { policy });
  });
  afterAll(() => stack.disposeAsync());

  test("forged answers before the true one are passed over", () => {
    const shot = volley.shot("forged");

    expect(shot.stdout).toBe(`${ALLOWED.ipv4}\n${ALLOWED.name} GET /\n`);
    expect(shot.dnsQueries.map(({ answers }) => answers)).toEqual([[ALLOWED.ipv4], [ALLOWED.ipv4]]);
    expect(volley.run.report.enforcement?.reason).toContain("no answer to what was asked");
  });

  test("what forged and additional records say of another name is not believed", () => {
    const shot = volley.shot("other name");

    expect(shot.status).toBe(7);
    expect(shot.dnsQueries).toMatchObject([{ name: OTHER_NAME, verdict: "blocked" }]);
    expect(shot.blocked).toMatchObject([{ text: `tcp ${ATTACKER.ipv4} 443`, packetsRefused: 1 }]);
  });

  test("an alias opens what its name is allowed, and nothing besides", () => {
    const shot = volley.shot("alias");

    expect(shot.stdout).toBe(`${UNLISTED.name} GET /\n${UNLISTED.ipv4}\n`);
    expect(shot.blocked).toMatchObject([{ text: `tcp ${UNLISTED.ipv4} 80`, packetsRefused: 1 }]);
  });

  test("an alias of a denied name is no name", () => {
    const shot = volley.shot("alias of a denied name");

    expect(shot.stdout).toContain("status: NXDOMAIN");
    expect(shot.dnsQueries).toMatchObject([
      { name: "denied-alias.test", verdict: "blocked", rule: "egress.deny: alias denied.test" },
    ]);
  });

  test("aliases without an end are a failure and no hang", () => {
    const shot = volley.shot("loop");

    expect(shot.stdout).toContain("status: SERVFAIL");
    expect(shot.stdout).toContain("its aliases have no end");
  });

  test("a service record opens its host at its port alone", () => {
    const shot = volley.shot("service");

    expect(shot.stdout).toBe(`1 1 8443 ${SERVER.name}.\n${SERVER.name} GET /\n`);
    expect(shot.blocked).toMatchObject([{ text: `tcp ${SERVER.ipv4} 443`, packetsRefused: 1 }]);
  });

  test("an address is open for a minute at least, and for its time to live and half a minute at most", () => {
    const sets = volley.shot("lifetimes").stdout.replaceAll(/\s+/g, " ");

    expect(sets).toContain(`${BRIEF} . tcp . 443 timeout 1m expires`);
    expect(sets).toContain(`${ALLOWED.ipv4} . tcp . 443 timeout 5m30s expires`);
    expect(sets).toContain(`${LASTING} . tcp . 443 timeout 1d30s expires`);
    // The only ones that the learned names have.
    expect(sets.match(/ expires /g)).toHaveLength(5);
  });

  test.each(Object.keys(QUESTIONS))("%s is answered by an error", (question) => {
    const answers = volley.shot("questions").stdout.trim().split("\n");

    const [rcode, records] = (answers[Object.keys(QUESTIONS).indexOf(question)] ?? "").split(" ");
    expect(["1", "4", "5"]).toContain(rcode);
    expect(records).toBe("0");
  });

  test("nothing has left the pod but to what was opened", () => {
    const { run } = volley;
    const asked = new Set(run.questions.map(({ name }) => name));
    const places = run.escaped
      // What the kernel says of forged answers to a port that is closed by now.
      .filter(
        ({ protocol, destination }) => protocol !== "icmp" || destination.ip !== RESOLVER.ipv4,
      )
      .map(({ destination: { ip, port } }) => `${ip} ${port}`);

    expect(run.status).toBe(0);
    expect(asked).not.toContain(OTHER_NAME);
    expect(asked).not.toContain("denied.test");
    expect(new Set(places)).toEqual(
      new Set([`${ALLOWED.ipv4} 443`, `${UNLISTED.ipv4} 443`, `${SERVER.ipv4} 8443`]),
    );
  });
});
