import type { Answer } from "dns-packet";
import { array, assert, nat, property, record as objects } from "fast-check";
import { describe, expect, test } from "vitest";

import { toWireName } from "../../../../agent/egress/dns/domain-name.ts";
import { readUpstreamAnswer } from "../../../../agent/egress/dns/stored-answer.ts";
import { answered, answering, dig, startTestGate } from "./gate-under-test.ts";

const address = (name: string, data: string, ttl = 60): Answer => ({ type: "A", name, ttl, data });
const mapped = (data: string): Answer => ({ type: "AAAA", name: "a.example", ttl: 60, data });
const alias = (name: string, data: string, ttl = 60): Answer => ({
  type: "CNAME",
  name,
  ttl,
  data,
});

function messageOf(name: string, type: number, packet: Parameters<typeof answered>[1]): Uint8Array {
  const answer = answered({ name, type }, packet);
  if (answer.status === "failed") throw new Error(answer.reason);
  return answer.message;
}

function read(type: number, packet: Parameters<typeof answered>[1], dnssec = false) {
  const question = { name: "a.example", type, dnssec };
  return readUpstreamAnswer(messageOf("a.example", type, packet), question, { stripsEch: false });
}

/** The type by number, for those that dns-packet does not know. */
function rawRecord(type: number, data: Buffer): Answer {
  const answer: unknown = { type: `UNKNOWN_${type}`, name: "a.example", ttl: 60, data };
  if (!isAnswer(answer)) throw new Error("unreachable");
  return answer;
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null && "type" in value;
}

function serviceData(priority: number, target: string, ...parameters: [number, string][]): Buffer {
  const parts = [Buffer.of(0, priority), toWireName(target)];
  for (const [key, hex] of parameters) {
    const value = Buffer.from(hex, "hex");
    parts.push(Buffer.of(0, key, 0, value.length), value);
  }
  return Buffer.concat(parts);
}

test("records of other names are neither learned nor sent on, wherever they stand", async () => {
  await using it = await startTestGate({
    answer: answering(
      [address("a.example", "192.0.2.1"), address("evil.example", "198.51.100.66")],
      {
        authorities: [address("a.example", "198.51.100.67")],
        additionals: [address("a.example", "198.51.100.68")],
      },
    ),
  });

  const { text } = await dig(it.port, "a.example");

  expect(text).toContain("192.0.2.1");
  expect(text).not.toContain("198.51.100");
  expect(it.opened.flatMap(({ addresses }) => addresses.map(({ ip }) => ip))).toEqual([
    "192.0.2.1",
  ]);
});

test("an alias leads to its end: the addresses there are learned, and the names on the way", async () => {
  await using it = await startTestGate({
    answer: answering([
      address("edge.example.net", "192.0.2.1", 20),
      alias("www.example.net", "edge.example.net", 30),
      alias("a.example", "www.example.net", 60),
    ]),
  });

  const { text } = await dig(it.port, "a.example");

  expect(text).toMatch(/ANSWER: 3/);
  expect(it.opened).toEqual([
    {
      name: "a.example",
      addresses: [{ ip: "192.0.2.1", ttlSeconds: 20 }],
      targets: [{ name: "edge.example.net", ttlSeconds: 30 }],
    },
  ]);
});

test("an alias without an address is told as a name that may be asked for", async () => {
  await using it = await startTestGate({ answer: answering([alias("a.example", "b.example")]) });

  await dig(it.port, "a.example");

  expect(it.opened).toMatchObject([{ addresses: [], targets: [{ name: "b.example" }] }]);
});

test.each([
  ["leads to itself", [alias("a.example", "a.example")]],
  ["leads in a circle", [alias("a.example", "b.example"), alias("b.example", "a.example")]],
  [
    "has 40 links",
    Array.from({ length: 40 }, (_, index) =>
      alias(index === 0 ? "a.example" : `n${index}.example`, `n${index + 1}.example`),
    ),
  ],
])("an alias that %s is a failure", async (_, answers) => {
  await using it = await startTestGate({ answer: answering(answers) });

  expect((await dig(it.port, "a.example")).status).toBe("SERVFAIL");
  expect(it.opened).toEqual([]);
  expect(it.reported).toMatchObject([{ outcome: "failed" }]);
});

const THROUGH_DENIED = {
  answer: answering([
    alias("a.example", "x.tunnel.example"),
    alias("x.tunnel.example", "b.example"),
    address("b.example", "192.0.2.1"),
  ]),
  isDenied: (name: string) => name.endsWith(".tunnel.example"),
};

test("an alias by way of a denied name is refused as a whole, also from the cache", async () => {
  await using it = await startTestGate(THROUGH_DENIED);

  for (let count = 0; count < 2; count += 1) {
    expect((await dig(it.port, "a.example")).status).toBe("NXDOMAIN");
  }
  expect(it.opened).toEqual([]);
  expect(it.reported).toMatchObject([
    { outcome: "refused", verdict: "blocked", rule: "egress.deny: alias x.tunnel.example" },
    { outcome: "refused" },
  ]);
});

test("in audit mode it passes", async () => {
  await using it = await startTestGate({ ...THROUGH_DENIED, refuses: () => false });

  expect((await dig(it.port, "a.example")).text).toContain("192.0.2.1");
});

test("DNAME moves the names below it", () => {
  const packet = {
    answers: [
      { type: "DNAME" as const, name: "example", ttl: 60, data: "example.net" },
      address("a.example.net", "192.0.2.1"),
    ],
  };

  expect(read(1, packet)).toMatchObject({
    answer: { aliases: ["a.example.net"], addresses: [{ ip: "192.0.2.1" }] },
  });
});

test("what cannot be opened is not told", async () => {
  await using it = await startTestGate({
    answer: answering([address("a.example", "192.0.2.1")]),
    open: () => "refused",
  });

  const { status, text } = await dig(it.port, "a.example");

  expect(status).toBe("SERVFAIL");
  expect(text).not.toContain("192.0.2.1");
});

test("the targets of SRV records are told with their ports", () => {
  const data = { priority: 1, weight: 2, port: 5060, target: "sip.example.net" };
  const dot = { ...data, target: "." };

  expect(
    read(33, {
      answers: [
        { type: "SRV", name: "a.example", ttl: 60, data },
        { type: "SRV", name: "a.example", ttl: 60, data: dot },
      ],
      additionals: [address("sip.example.net", "192.0.2.66")],
    }),
  ).toMatchObject({
    answer: {
      addresses: [],
      targets: [{ name: "sip.example.net", port: 5060, ttlSeconds: 60 }],
    },
  });
});

describe("HTTPS records", () => {
  const own = rawRecord(
    65,
    serviceData(
      1,
      "",
      [3, "20fb"],
      [4, "c0000201a9fea9fe"],
      [6, "20010db8000000000000000000000001"],
    ),
  );
  const foreign = rawRecord(65, serviceData(1, "b.example", [4, "c0000242"]));

  test("of the name itself give hints as addresses, but for those that no name opens", () => {
    expect(read(65, { answers: [own] })).toMatchObject({
      answer: {
        addresses: [{ ip: "192.0.2.1" }, { ip: "2001:db8::1" }],
        targets: [{ name: "a.example", port: 0x20fb }],
      },
    });
  });

  test("of another target give its name, and no hints", () => {
    expect(read(65, { answers: [foreign] })).toMatchObject({
      answer: { addresses: [], targets: [{ name: "b.example" }] },
    });
  });

  test("lose their keys for encrypting the server's name where that is wanted", () => {
    const data = serviceData(
      1,
      "",
      [0, "00010005"],
      [1, "026832"],
      [5, "abcdef"],
      [6, "20010db8000000000000000000000001"],
    );
    const message = messageOf("a.example", 65, { answers: [rawRecord(65, data)] });
    const question = { name: "a.example", type: 65, dnssec: false };

    const stripped = readUpstreamAnswer(message, question, { stripsEch: true });

    const expected = serviceData(
      1,
      "",
      [0, "0001"],
      [1, "026832"],
      [6, "20010db8000000000000000000000001"],
    );
    if (stripped.status === "unusable") throw new Error(stripped.reason);
    expect(stripped.answer.body.bytes.toString("hex")).toContain(expected.toString("hex"));
    expect(stripped.answer.body.bytes.toString("hex")).not.toContain("abcdef");
  });

  test.each([
    ["parameters out of order", serviceData(1, "", [4, "c0000201"], [3, "01bb"])],
    ["a parameter longer than the record", Buffer.of(0, 1, 0, 0, 3, 0, 9, 1)],
    ["a compressed target", Buffer.of(0, 1, 0xc0, 12)],
  ])("with %s make the answer a failure", (_, data) => {
    expect(read(65, { answers: [rawRecord(65, data)] })).toMatchObject({ status: "unusable" });
  });
});

test.each([
  "127.0.0.1",
  "0.0.0.0",
  "169.254.169.254",
  "224.0.0.1",
  "255.255.255.255",
  "168.63.129.16",
])("%s is told and never learned", (ip) => {
  expect(read(1, { answers: [address("a.example", ip)] })).toMatchObject({
    answer: { addresses: [], texts: [ip] },
  });
});

test("an IPv4-mapped address is learned as the IPv4 address that Linux connects to", () => {
  expect(
    read(28, { answers: [mapped("::ffff:192.0.2.1"), mapped("::ffff:169.254.169.254")] }),
  ).toMatchObject({
    answer: { addresses: [{ ip: "192.0.2.1" }] },
  });
});

test.each([
  ["an address of three bytes", rawRecord(1, Buffer.of(1, 2, 3))],
  ["an IPv6 address of four bytes", rawRecord(28, Buffer.of(1, 2, 3, 4))],
  ["an alias that points at itself", rawRecord(5, Buffer.of(0xc0, 39))],
  ["an alias with bytes behind its name", rawRecord(5, Buffer.of(1, 97, 0, 9))],
])("%s makes the answer a failure", (_, record) => {
  expect(read(1, { answers: [record] })).toMatchObject({ status: "unusable" });
});

test("whatever bytes a resolver sends, reading them ends and does not throw", () => {
  const message = Buffer.from(
    messageOf("a.example", 1, {
      answers: [alias("a.example", "b.example"), address("b.example", "192.0.2.1")],
      authorities: [{ type: "NS", name: "example", ttl: 60, data: "ns.example" }],
    }),
  );
  const change = objects({ at: nat(message.length - 1), value: nat(255) });
  assert(
    property(array(change, { maxLength: 12 }), nat(message.length), (changes, length) => {
      const changed = Buffer.from(message);
      for (const { at, value } of changes) changed[at] = value;
      const question = { name: "a.example", type: 1, dnssec: true };
      for (const bytes of [changed, changed.subarray(0, length)]) {
        const { status } = readUpstreamAnswer(bytes, question, { stripsEch: true });
        expect(["usable", "unusable"]).toContain(status);
      }
    }),
    // Changed in a dozen places, most messages are still read to some depth.
    { numRuns: 3_000 },
  );
});

const signature = (name: string, typeCovered: "A" | "NS", signersName: string): Answer => ({
  type: "RRSIG",
  name,
  ttl: 60,
  data: {
    typeCovered,
    algorithm: 13,
    labels: 2,
    originalTTL: 60,
    expiration: 1,
    inception: 0,
    keyTag: 1,
    signersName,
    signature: Buffer.from("signed"),
  },
});

describe("signatures", () => {
  const packet = {
    answers: [
      address("a.example", "192.0.2.1"),
      signature("a.example", "A", "right.example"),
      signature("a.example", "NS", "other-type.example"),
      signature("b.example", "A", "other-name.example"),
    ],
  };

  test("over the records of an answer go with it to a client that wants them, and no others", async () => {
    await using it = await startTestGate({ answer: answering(packet.answers) });

    const { text } = await dig(it.port, "+dnssec", "a.example");

    expect(text).toContain("right.example");
    expect(text).not.toContain("other-");
  });

  test("stay away from a client that does not", async () => {
    await using it = await startTestGate({ answer: answering(packet.answers) });

    expect((await dig(it.port, "a.example")).text).not.toContain("RRSIG");
  });
});
