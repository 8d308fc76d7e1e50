import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  type ClientHelloProgress,
  createClientHelloReader,
} from "../../../../agent/egress/sni/client-hello.ts";
import {
  captureHello,
  extension,
  hello,
  message,
  records,
  serverNames,
  uint16,
  vector16,
  vector8,
} from "./hello-bytes.ts";

const MAX_BYTES = 65_536;

/** What a reader makes of these pieces; it gets no more once it has said something. */
function readPieces(pieces: readonly Uint8Array[], isSecond = false): ClientHelloProgress {
  const reader = createClientHelloReader({ maxBytes: MAX_BYTES, isSecond });
  for (const piece of pieces) {
    const progress = reader.push(piece);
    if (progress.status !== "more") return progress;
  }
  return { status: "more" };
}

function read(bytes: Uint8Array): ClientHelloProgress {
  return readPieces([bytes]);
}

const plain = hello([serverNames("allowed.example")]);

test.each([
  { sent: "allowed.example", name: "allowed.example" },
  { sent: "ALLOWED.Example", name: "allowed.example" },
  { sent: "allowed.example.", name: "allowed.example" },
  { sent: "xn--bcher-kva.example", name: "xn--bcher-kva.example" },
  { sent: "_service.allowed.example", name: "_service.allowed.example" },
])("$sent is asked for as $name", ({ sent, name }) => {
  expect(read(records(hello([serverNames(sent)])))).toMatchObject({
    status: "read",
    hello: { serverName: name, hasEch: false },
  });
});

test.each([
  "192.0.2.1",
  "2001:db8::1",
  "[2001:db8::1]",
  "0x7f.1",
  "",
  ".",
  "allowed.example..",
  "allowed..example",
  "allowed.example\u0000.evil.example",
  "allowed.example evil.example",
  "allowed.example:443",
  "b\u00fccher.example",
  "*.example",
  `${"a".repeat(64)}.example`,
  `${"a.".repeat(140)}example`,
])("%j is no server name", (sent) => {
  expect(read(records(hello([serverNames(sent)])))).toMatchObject({ status: "problem" });
});

test("a hello without a server name is read, and has none", () => {
  const { serverName } = readHello(hello([extension(43, vector8(uint16(0x0304)))]));
  expect(serverName).toBeUndefined();
});

test("a hello that ends before its extensions has no server name", () => {
  const short = message(1, [
    Buffer.from([3, 1]),
    Buffer.alloc(32),
    vector8(),
    vector16(Buffer.from([0, 47])),
    vector8(Buffer.from([0])),
  ]);
  expect(readHello(short).serverName).toBeUndefined();
});

test.each([0xfe0d, 0xffce])("extension %i may hide the name", (type) => {
  const hidden = readHello(hello([serverNames("front.example"), extension(type, Buffer.alloc(9))]));
  expect(hidden).toMatchObject({ serverName: "front.example", hasEch: true });
});

test("the protocols that a client offers are told", () => {
  const alpn = extension(
    16,
    vector16(vector8(Buffer.from("h2")), vector8(Buffer.from("http/1.1"))),
  );
  expect(readHello(hello([alpn])).alpn).toEqual(["h2", "http/1.1"]);
});

function readHello(bytes: Uint8Array) {
  const progress = read(records(bytes));
  if (progress.status !== "read") throw new Error(JSON.stringify(progress));
  return progress.hello;
}

describe("what two readers could take for two things is refused", () => {
  const name = serverNames("allowed.example");
  const other = serverNames("evil.example");
  test.each([
    {
      what: "two names in one list",
      bytes: hello([serverNames("allowed.example", "evil.example")]),
    },
    { what: "two lists of names", bytes: hello([name, other]) },
    {
      what: "any extension twice",
      bytes: hello([name, extension(5, uint16(0)), extension(5, uint16(0))]),
    },
    {
      what: "bytes behind the list of names",
      bytes: hello([extension(0, Buffer.concat([name.subarray(4), Buffer.alloc(1)]))]),
    },
    { what: "an empty list of names", bytes: hello([extension(0, vector16())]) },
    {
      what: "a name of another type",
      bytes: hello([extension(0, vector16(Buffer.from([1]), vector16(Buffer.from("a.example"))))]),
    },
    { what: "an empty extension of names", bytes: hello([extension(0, Buffer.alloc(0))]) },
    { what: "another message in the hello's record", bytes: Buffer.concat([plain, plain]) },
    {
      what: "a byte behind the extensions",
      bytes: message(1, [plain.subarray(4), Buffer.alloc(1)]),
    },
    {
      what: "extensions longer than the hello",
      bytes: message(1, [plain.subarray(4, plain.length - 1)]),
    },
    {
      what: "no cipher suites",
      bytes: message(1, [
        Buffer.from([3, 3]),
        Buffer.alloc(32),
        vector8(),
        vector16(),
        vector8(Buffer.alloc(1)),
      ]),
    },
    { what: "another message", bytes: message(2, [plain.subarray(4)]) },
    { what: "an empty message", bytes: message(1, []) },
    { what: "another major version", bytes: message(1, [Buffer.from([2]), plain.subarray(5)]) },
  ])("$what", ({ bytes }) => {
    expect(read(records(bytes))).toMatchObject({ status: "problem" });
  });
});

test.each([
  { what: "HTTP", bytes: Buffer.from("G"), says: "no TLS" },
  { what: "SSH", bytes: Buffer.from("SSH-2.0-x\r\n"), says: "no TLS" },
  { what: "an SSLv2 hello", bytes: Buffer.from([0x80, 0x2e, 1, 3, 1]), says: "SSLv2" },
  { what: "an alert", bytes: Buffer.from([21, 3, 3, 0, 2, 1, 0]), says: "no TLS" },
  { what: "application data", bytes: Buffer.from([23, 3, 3, 0, 1, 0]), says: "no TLS" },
  { what: "an empty record", bytes: Buffer.from([22, 3, 1, 0, 0]), says: "empty record" },
  { what: "a record too long", bytes: Buffer.from([22, 3, 1, 0x40, 1]), says: "longer than TLS" },
  {
    what: "a hello too long",
    bytes: Buffer.from([22, 3, 1, 0, 4, 1, 1, 0, 0]),
    says: "longer than 65536",
  },
])("$what is refused with the byte that shows it", ({ bytes, says }) => {
  const progress = read(bytes);
  expect(progress).toMatchObject({ status: "problem" });
  expect(progress.status === "problem" && progress.problem).toContain(says);
});

test("a hello in records of one byte each is read", () => {
  expect(read(records(plain, 1))).toMatchObject({ hello: { serverName: "allowed.example" } });
});

test("a stream of records that never becomes a hello ends at the bound", () => {
  const huge = hello([serverNames("allowed.example"), extension(21, Buffer.alloc(50_000))]);
  expect(read(records(huge, 1))).toMatchObject({ status: "problem" });
  expect(read(records(huge))).toMatchObject({ status: "read" });
});

test("what comes behind the hello is given back, of that piece alone", () => {
  const bytes = Buffer.concat([records(plain), Buffer.from("early data")]);
  const progress = readPieces([bytes.subarray(0, 9), bytes.subarray(9)]);
  expect(progress.status === "read" && Buffer.from(progress.rest).toString()).toBe("early data");
});

test("a second hello may have early data before it, a first one may not", () => {
  const early = Buffer.concat([
    records(Buffer.from([1]), 1, 20),
    records(Buffer.alloc(999), 500, 23),
    records(plain),
  ]);
  expect(readPieces([early], true)).toMatchObject({ hello: { serverName: "allowed.example" } });
  expect(read(early)).toMatchObject({ status: "problem" });
});

test("the hello of Node's own client is read", async () => {
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    const bytes = await captureHello({
      servername: "Node.Example",
      maxVersion,
      ALPNProtocols: ["h2"],
    });
    expect(read(bytes)).toMatchObject({ hello: { serverName: "node.example", alpn: ["h2"] } });
  }
});

test("however a hello is cut into pieces and records, it says the same", () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(cuts, fc.integer({ min: 1, max: 300 }), (sizes, recordSize) => {
      const bytes = records(plain, recordSize);
      const pieces: Uint8Array[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        pieces.push(bytes.subarray(at, at + size));
        at += size;
      }
      expect(readPieces(pieces)).toMatchObject({ hello: { serverName: "allowed.example" } });
    }),
  );
});

test("no bytes at all make a reader throw, and none are read as a name that is not in them", () => {
  const mutated = fc
    .tuple(
      fc.constantFrom(records(plain), records(plain, 17)),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
    )
    .map(([bytes, changes]) => {
      const changed = Buffer.from(bytes);
      for (const [at, value] of changes) changed[at % changed.length] = value;
      return changed;
    });
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 400 })), (bytes) => {
      const progress = read(bytes);
      if (progress.status !== "read") return;
      const { serverName } = progress.hello;
      // Record headers may lie in the middle of it.
      const letters = Buffer.from(bytes).toString("latin1").toLowerCase();
      for (const letter of serverName ?? "") expect(letters).toContain(letter);
    }),
    { numRuns: 2_000 },
  );
});

test("a hello that breaks off is neither read nor refused", () => {
  const bytes = records(plain);
  for (let length = 0; length < bytes.length; length += 1) {
    expect(read(bytes.subarray(0, length))).toEqual({ status: "more" });
  }
});
