import { expect, test } from "vitest";

import {
  answering,
  askUdp,
  decode,
  dig,
  question,
  startTestGate,
  talkTcp,
  withLength,
} from "./gate-under-test.ts";

const FORMERR = 1;
const NOTIMP = 4;
const REFUSED = 5;
const A = answering([{ type: "A", name: "a.example", ttl: 60, data: "192.0.2.7" }]);

function patched(at: number, value: number): Buffer {
  const message = question("a.example");
  message.writeUInt16BE(value, at);
  return message;
}

function withOpt(...tail: number[]): Buffer {
  const message = Buffer.concat([question("a.example"), Buffer.of(0, 0, 41, ...tail)]);
  message.writeUInt16BE(1, 10);
  return message;
}

function withName(...name: number[]): Buffer {
  const head = question("a.example").subarray(0, 12);
  return Buffer.concat([head, Buffer.of(...name, 0, 1, 0, 1)]);
}

test.each([
  ["has no question", patched(4, 0), FORMERR],
  ["has two questions", patched(4, 2), FORMERR],
  ["has 65,535 questions", patched(4, 0xffff), FORMERR],
  ["brings an answer along", patched(6, 1), FORMERR],
  ["brings authority along", patched(8, 1), FORMERR],
  ["promises a record that is not there", patched(10, 1), FORMERR],
  ["has bytes behind the question", Buffer.concat([question("a.example"), Buffer.of(0)]), FORMERR],
  ["is cut off in the name", question("a.example").subarray(0, 16), FORMERR],
  ["is cut off before the class", question("a.example").subarray(0, -1), FORMERR],
  ["has a pointer to itself as its name", withName(0xc0, 12), FORMERR],
  ["has a pointer into the header", withName(1, 97, 0xc0, 0), FORMERR],
  ["has a label of 64 bytes", withName(64, ...Array.from({ length: 64 }, () => 97), 0), FORMERR],
  [
    "has a name of 256 bytes",
    withName(...Array.from({ length: 127 }, () => [1, 97]).flat(), 1, 97, 0),
    FORMERR,
  ],
  ["is an update", patched(2, 5 << 11), NOTIMP],
  ["is a notification", patched(2, 4 << 11), NOTIMP],
  ["asks for the class CHAOS", patched(25, 3), REFUSED],
  ["asks for any class", patched(25, 255), REFUSED],
  ["has EDNS options longer than the message", withOpt(4, 208, 0, 0, 0, 0, 0, 9), FORMERR],
  [
    "has an EDNS option longer than its record",
    withOpt(4, 208, 0, 0, 0, 0, 0, 4, 0, 10, 0, 9),
    FORMERR,
  ],
  ["has bytes behind its EDNS record", withOpt(4, 208, 0, 0, 0, 0, 0, 0, 0), FORMERR],
  ["asks for all records", question("a.example", 255), REFUSED],
  ["asks for a transfer of the zone", question("a.example", 252), REFUSED],
  ["asks for a part of the zone", question("a.example", 251), REFUSED],
  ["asks for OPT", question("a.example", 41), REFUSED],
])("a message that %s is answered with an error and goes nowhere", async (_, message, code) => {
  await using it = await startTestGate();

  const [reply] = await askUdp(it.port, message);

  expect(reply?.readUInt16BE(0)).toBe(7);
  expect((reply?.readUInt16BE(2) ?? 0) & 0xf).toBe(code);
  expect(it.asked).toEqual([]);
  expect(it.opened).toEqual([]);
});

test("answers, fragments of headers and nothing at all are not answered", async () => {
  await using it = await startTestGate();

  const replies = await askUdp(it.port, patched(2, 0x8100), Buffer.alloc(11), Buffer.alloc(0));

  expect(replies).toEqual([]);
  expect(it.gate.counters.malformed).toBe(3);
  expect(it.asked).toEqual([]);
});

test("a version of EDNS that does not exist is answered with BADVERS", async () => {
  await using it = await startTestGate();

  const { text } = await dig(it.port, "+edns=5", "+noednsnegotiation", "a.example");

  expect(text).toContain("status: BADVERS");
  expect(it.asked).toEqual([]);
});

test("EDNS options of a client are taken and not sent on", async () => {
  await using it = await startTestGate({ answer: A });

  const { text } = await dig(
    it.port,
    "+ednsopt=65001:736563726574",
    "+subnet=198.51.100.0/24",
    "a.example",
  );

  expect(text).toContain("192.0.2.7");
  expect(it.asked).toEqual([
    { name: "a.example", type: 1, class: 1, dnssec: false, checkingDisabled: false },
  ]);
});

test.each([
  ["binary", "\\255\\001.example.com"],
  ["with a dot inside a label", "a\\.b.example.com"],
  ["of a space", "a\\032b.example.com"],
])("a name that is %s is refused in block mode", async (_, name) => {
  await using it = await startTestGate();

  const { status } = await dig(it.port, name);

  expect(status).toBe("NXDOMAIN");
  expect(it.asked).toEqual([]);
  expect(it.reported).toMatchObject([{ rule: "not-a-host-name", outcome: "refused" }]);
});

test("the same name is asked for in audit mode, byte by byte", async () => {
  await using it = await startTestGate({
    refuses: () => false,
    answer: () => ({ status: "failed", reason: "x" }),
  });

  await dig(it.port, "a\\.b.Example.com");

  expect(it.asked).toMatchObject([{ name: "a\\046b.example.com" }]);
});

test("underscores belong to names of services", async () => {
  await using it = await startTestGate();

  await dig(it.port, "_sip._tcp.example.com", "SRV");

  expect(it.asked).toMatchObject([{ name: "_sip._tcp.example.com", type: 33 }]);
});

test("the client gets back the letters that it wrote", async () => {
  await using it = await startTestGate({ answer: A });

  const [first, second] = await askUdp(it.port, question("A.eXample"), question("a.ExAMPLE", 1, 8));

  expect([first, second].map((reply) => reply && decode(reply).questions?.[0]?.name)).toEqual([
    "A.eXample",
    "a.ExAMPLE",
  ]);
  expect(it.asked).toHaveLength(1);
});

test("an answer larger than 512 bytes is cut for a client without EDNS, and whole over TCP", async () => {
  const many = Array.from({ length: 60 }, (_, index) => ({
    type: "A" as const,
    name: "a.example",
    ttl: 60,
    data: `192.0.2.${index}`,
  }));
  await using it = await startTestGate({ answer: answering(many) });

  const [reply] = await askUdp(it.port, question("a.example"));
  const { text } = await dig(it.port, "+noedns", "a.example");

  expect(reply?.length).toBeLessThanOrEqual(512);
  expect(reply && decode(reply).flag_tc).toBe(true);
  expect(text.match(/IN\s+A\s+192/g)).toHaveLength(60);
});

test("no answer over UDP is larger than 1,232 bytes, whatever the client says it takes", async () => {
  const many = Array.from({ length: 200 }, (_, index) => ({
    type: "A" as const,
    name: "a.example",
    ttl: 60,
    data: `192.0.2.${index}`,
  }));
  await using it = await startTestGate({ answer: answering(many) });

  const { text } = await dig(it.port, "+bufsize=65535", "+ignore", "a.example");

  expect(text).toMatch(/flags: qr tc/);
});

test("questions in pieces of a byte, and several in one piece, are each answered over TCP", async () => {
  await using it = await startTestGate({ answer: A });
  const bytes = [...withLength(question("a.example"))].map((byte) => Buffer.of(byte));
  const two = Buffer.concat(
    [question("a.example", 1, 8), question("localhost", 1, 9)].map(withLength),
  );

  const received = await talkTcp(it.port, [...bytes, two], true);

  const ids: number[] = [];
  for (let at = 0; at < received.length; at += 2 + received.readUInt16BE(at)) {
    ids.push(received.readUInt16BE(at + 2));
  }
  expect(ids.toSorted((a, b) => a - b)).toEqual([7, 8, 9]);
});

test("two thousand questions in one piece over TCP are all answered", async () => {
  await using it = await startTestGate();
  const all = Buffer.concat(Array.from({ length: 2_000 }, () => withLength(question("localhost"))));

  await talkTcp(it.port, [all], true);

  expect(it.gate.counters.answered).toBe(2_000);
});

test("a client that is slow over TCP is hung up on, also when a byte comes now and then", async () => {
  await using it = await startTestGate({ bounds: { tcpIdleMs: 50 } });

  expect(await talkTcp(it.port, [Buffer.of(0), Buffer.of(20), Buffer.of(1)], false)).toEqual(
    Buffer.alloc(0),
  );
});

test("a message of 65 kB over TCP is not even read", async () => {
  await using it = await startTestGate();

  const received = await talkTcp(it.port, [Buffer.of(0xff, 0xff), Buffer.alloc(65_535)], false);

  expect(received).toHaveLength(0);
  expect(it.gate.counters.malformed).toBe(0);
});

test("idle TCP connections make room for new ones", async () => {
  await using it = await startTestGate({ bounds: { tcpConnections: 2 } });
  const idle = [1, 2].map(() => talkTcp(it.port, [], false));

  const received = await talkTcp(it.port, [withLength(question("localhost"))], true);
  await talkTcp(it.port, [withLength(question("localhost"))], true);

  expect(received.length).toBeGreaterThan(12);
  expect(it.gate.counters.crowdedOut).toBeGreaterThan(0);
  await it.gate[Symbol.asyncDispose]();
  await Promise.all(idle);
});

test("localhost and loopback's reverse names are answered without anybody being asked", async () => {
  await using it = await startTestGate();

  expect((await dig(it.port, "+short", "localhost")).text.trim()).toBe("127.0.0.1");
  expect((await dig(it.port, "+short", "app.localhost", "AAAA")).text.trim()).toBe("::1");
  expect((await dig(it.port, "+short", "-x", "127.0.0.53")).text.trim()).toBe("localhost.");
  expect((await dig(it.port, "+short", "-x", "::1")).text.trim()).toBe("localhost.");
  expect((await dig(it.port, "localhost", "MX")).status).toBe("NOERROR");
  expect(it.asked).toEqual([]);
  expect(it.opened).toEqual([]);
});
