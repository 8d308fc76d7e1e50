import { createHash } from "node:crypto";
import { deflateSync, gzipSync } from "node:zlib";

import {
  array,
  assert,
  boolean,
  constantFrom,
  nat,
  oneof,
  property,
  string,
  tuple,
  uint8Array,
} from "fast-check";
import { expect, test } from "vitest";

import { findDecodableRuns, type Run } from "../../../../agent/redact/decode/decodable-runs.ts";
import { decodeRun } from "../../../../agent/redact/decode/decode-run.ts";
import { toSourceSpan } from "../../../../agent/redact/decode/decoded.ts";
import { RUN_KINDS } from "../../../../agent/redact/decode/radix.ts";
import { createScanner } from "../../../../agent/redact/scanner/scanner.ts";
import { createDecodedBatch } from "../../../../agent/redact/search/decoded-batch.ts";
import { BATCH_BYTES } from "../../../../agent/redact/search/secret-search.ts";
import type { Text } from "../../../../agent/redact/search/text.ts";

const ROOM = 65_536;
const scanner = createScanner();
const at = scanner.memory.allocate(ROOM);
const batch = createDecodedBatch(scanner, ROOM);
const small = createDecodedBatch(scanner, 64);

/** Byte by byte; all of what was unpacked is from one place. */
const ASKED = 100;
const MAY_HOLD_VALUE =
  /[\x20-\x7e\t\n\r\x80-\xff]{4}|(?:[\x20-\x7e\t\n\r\x80-\xff]\0){2}[\x20-\x7e\t\n\r\x80-\xff]|(?:\0[\x20-\x7e\t\n\r\x80-\xff]){2}\0/u;

/** What the scanner makes of the run: undefined where it is no plain one. */
function readPlain(text: Text, run: Run, into = batch) {
  const words = Uint32Array.of(RUN_KINDS.indexOf(run.kind), run.start, run.end, run.alignments);
  const outcome = into.readRun(text, words, 0);
  const stretches = into.take(text, ({ start, end }, decodedAt) => {
    const all = Buffer.from(scanner.memory.bytes.slice(start, end)).toString("latin1");
    let from = start;
    return all.split("\n\0\n").map((bytes) => {
      const first = from;
      from += bytes.length + 3;
      return {
        bytes,
        origins: Array.from(bytes.slice(0, ASKED), (_, index) =>
          decodedAt(first + index, first + index + 1),
        ),
        whole: decodedAt(first, first + bytes.length),
      };
    });
  });
  return outcome === "read"
    ? { stretches: stretches?.toSorted(byPlace) ?? [], cut: into.cutCount }
    : undefined;
}

function readByDefinition(text: Text, run: Run) {
  const decoded = decodeRun(text, run, { goesOn: () => expect.fail("a plain run goes on") });
  const stretches = decoded
    .filter(({ bytes }) => MAY_HOLD_VALUE.test(Buffer.from(bytes).toString("latin1")))
    .map((one) => {
      const originOf = (start: number, end: number) => ({
        encodings: one.encodings,
        span: toSourceSpan(one, start, end),
      });
      return {
        bytes: Buffer.from(one.bytes).toString("latin1"),
        origins: Array.from(one.bytes.subarray(0, ASKED), (_, index) => originOf(index, index + 1)),
        whole: originOf(0, one.bytes.length),
      };
    });
  return {
    stretches: stretches.toSorted(byPlace),
    cut: decoded.filter(({ isCut }) => isCut).length,
  };
}

interface Read {
  readonly bytes: string;
}

/** In no promised order. */
function byPlace(left: Read, right: Read): number {
  return Buffer.compare(Buffer.from(left.bytes), Buffer.from(right.bytes));
}

/** Some behind others, in others, with bytes before them or changed in them; of few letters, so that some are larger than they may be. */
const packed = tuple(
  array(
    oneof(
      string({ maxLength: 80 }),
      nat(3000).map((count) => "ab: ".repeat(count)),
    ),
  ),
  constantFrom(gzipSync, deflateSync),
  constantFrom("", "x\u009c\u0006", "text, text, text", "\u001f\u008b\b\0"),
  tuple(nat(), nat(255), boolean()),
).map(([texts, pack, before, [place, byte, isWhole]]) => {
  const all = Buffer.concat(texts.map((text) => pack(text)));
  if (!isWhole && all.length > 0) all[place % all.length] = byte;
  return before + all.toString("latin1");
});
const content = oneof(
  packed,
  string({ minLength: 10, maxLength: 60 }),
  string({ minLength: 5, maxLength: 30 }).map((text) => text.split("").join("\0")),
  uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  uint8Array({ maxLength: 40 }).map((bytes) => `x\u009c${Buffer.from(bytes).toString("latin1")}`),
  constantFrom(
    "words of log",
    "\u001f\u008b\b\0 and some text",
    "x\u009c and some text",
    "x\u009c\0\u0004\0\u00fb\u00ffword of text",
  ),
).map((text) => Buffer.from(text, "latin1"));
const encoded = oneof(
  content.map((bytes) => bytes.toString("base64")),
  content.map((bytes) => bytes.toString("base64url")),
  content.map((bytes) => bytes.toString("hex")),
  constantFrom("ORUGKIDROVUWG2ZAMJZG653OEBTG66A=", "a", "ab", " ", "=", "\n", "\r\n", "\n\0\n"),
);

test("a run is decoded by the scanner as its definition says, byte by byte and each from where it was", () => {
  const outcomes = { plain: 0, other: 0, cut: 0 };
  assert(
    property(array(encoded, { maxLength: 8 }), boolean(), (pieces, isOpen) => {
      const bytes = Buffer.from(pieces.join(""), "latin1");
      scanner.memory.bytes.fill(0, at, at + bytes.length + 16);
      scanner.memory.bytes.set(bytes, at);
      const text = { bytes: scanner.memory.bytes, start: at, end: at + bytes.length, isOpen };
      for (const run of findDecodableRuns(text)) {
        const read = readPlain(text, run);
        outcomes[read === undefined ? "other" : "plain"]++;
        outcomes.cut += read?.cut ?? 0;
        expect(read).toEqual(read && readByDefinition(text, run));
      }
    }),
    { numRuns: 1000 },
  );
  expect(outcomes.plain).toBeGreaterThan(100);
  expect(outcomes.other).toBeGreaterThan(100);
  expect(outcomes.cut).toBeGreaterThan(10);
});

/** Which packs to half of its size. */
const DIGITS = Array.from({ length: 1_250 }, (_, index) =>
  createHash("sha256").update(String(index)).digest("hex"),
).join("");

test.for([
  ["packed to more than a 32nd of what may come of it", deflateSync(DIGITS)],
  ["text itself", deflateSync(DIGITS.slice(0, 40_000), { level: 0 })],
  ["cut", deflateSync(Buffer.concat([Buffer.from(DIGITS), Buffer.alloc(2_000_000, "text ")]))],
] as const)("the longest runs have room in an empty batch: %s", ([, bytes]) => {
  const encodedBytes = Buffer.from(bytes.toString("base64"));
  expect(encodedBytes.length).toBeGreaterThan(43_690);
  const into = createDecodedBatch(scanner, BATCH_BYTES);
  const start = scanner.memory.allocate(encodedBytes.length + 16);
  scanner.memory.bytes.set(encodedBytes, start);
  const text = {
    bytes: scanner.memory.bytes,
    start,
    end: start + encodedBytes.length,
    isOpen: false,
  };
  const [run, ...others] = findDecodableRuns(text);
  expect(others).toEqual([]);

  expect(run && readPlain(text, run, into)).toEqual(run && readByDefinition(text, run));
});

test("a run that there is no room for leaves the batch as it was", () => {
  const bytes = Buffer.from(Buffer.alloc(90, "text").toString("base64"));
  scanner.memory.bytes.set(bytes, at);
  const text = { bytes: scanner.memory.bytes, start: at, end: at + bytes.length, isOpen: false };

  expect(small.readRun(text, Uint32Array.of(2, at, text.end, 1), 0)).toBe("no-room");
  expect(small.take(text, () => "something")).toBeUndefined();
});

test("a run that meets the end of an open text, or may go on in the next line, is left to who knows more", () => {
  const bytes = Buffer.from(
    `${Buffer.from("some words of a log").toString("base64").slice(0, 24)}\nabcd`,
  );
  scanner.memory.bytes.set(bytes, at);
  const toText = (length: number, isOpen: boolean) => ({
    bytes: scanner.memory.bytes,
    start: at,
    end: at + length,
    isOpen,
  });
  const run = Uint32Array.of(2, at, at + 24, 1);
  const other = createDecodedBatch(scanner, ROOM);

  expect(other.readRun(toText(24, true), run, 0)).toBe("not-plain");
  expect(other.readRun(toText(29, false), run, 0)).toBe("not-plain");
  expect(other.readRun(toText(24, false), run, 0)).toBe("read");
});
