import { array, assert, constantFrom, nat, oneof, property, string, tuple } from "fast-check";
import { describe, expect, test } from "vitest";

import { makeEvent } from "../../../../bench/ingest-of/make-events.ts";
import { parseBatch } from "../../../../collector/ingest/parse-batch.ts";
import { rollUp } from "../../../../collector/ingest/roll-up.ts";
import { createKnownPrograms } from "../../../../collector/ingest/run-programs.ts";
import { createScanBatch } from "../../../../collector/ingest/scan-batch.ts";
import {
  createEventScanner,
  type ScannedEvent,
} from "../../../../collector/ingest/scan/event-scanner.ts";
import type { RolledEvent } from "../../../../collector/ingest/scan/rolled-event.ts";
import { SCANNED_KINDS } from "../../../../collector/ingest/scan/scanned-shape.ts";
import { BATCH_LIMITS, guardEventSchema } from "../../../../protocol/index.ts";
import { anyBroken, anyOfSchema } from "../../../support/any-of-schema.ts";

const AT = "2026-01-31T12:00:00.000001Z";
const FIRST_SEQ = 7;
const LINE_FEED = 0x0a;
const scanner = createEventScanner();
const scanBatch = createScanBatch();
const scannedSchemas = guardEventSchema.options.filter(({ shape }) =>
  SCANNED_KINDS.some((kind) => kind === shape.kind.value),
);
const anyEvent = oneof(...scannedSchemas.map(anyOfSchema));

describe("what is read for roll-ups is what is read whole", () => {
  test("of events as they should be", () => {
    let sure = 0;
    assert(
      property(array(anyEvent, { minLength: 1, maxLength: 5 }), (events) => {
        // Each twice, so that some are folded.
        const lines = [...events, ...events].map(toLine);
        expectSame(toContent(lines), lines.length);
        sure += countSure(toContent(lines), lines.length);
      }),
      { numRuns: 300 },
    );
    expect(sure).toBeGreaterThan(500);
  });

  test("of events of which one member is off", () => {
    let sure = 0;
    assert(
      property(anyBroken(anyEvent), (event) => {
        const content = toContent([toLine(event, 0)]);
        expectSame(content, 1);
        sure += countSure(content, 1);
      }),
      { numRuns: 1_000 },
    );
    expect(sure).toBeGreaterThan(100);
  });

  test("of lines of which some bytes are others", () => {
    const anyPiece = oneof(
      string({ unit: "binary", maxLength: 3 }),
      constantFrom(...'"\\{}[],:0123456789-+.eE \t\u0000\u007fé'.split("")),
      constantFrom("null", "true", '\\"', "\\u00", "\\ud800", ',"count":1', '"verdict":"blocked",'),
    );
    const anyChange = tuple(nat(), nat(3), anyPiece);
    assert(
      property(nat(1_000), array(anyChange, { minLength: 1, maxLength: 2 }), (number, changes) => {
        const line = changes.reduce(
          (text, [at, length, piece]) => {
            const from = at % text.length;
            return text.slice(0, from) + piece + text.slice(from + length);
          },
          toLine(JSON.parse(makeEvent(number)), 0),
        );
        for (const encoding of ["utf8", "latin1"] as const) {
          // As latin1, letters beyond it become any byte.
          const bytes = Buffer.from(line, encoding).filter((byte) => byte !== LINE_FEED);
          expectSame(Buffer.from([...bytes, LINE_FEED]), 1);
        }
      }),
      { numRuns: 1_500 },
    );
  });
});

describe("the scanner is sure", () => {
  test("of all that a build's guard sends of these kinds", () => {
    const content = toContent(Array.from({ length: 1_000 }, (_, index) => makeEvent(index + 7)));

    expect(countSure(content, 1_000)).toBe(1_000);
  });

  test.each([
    ["escapes", 'a"b\\c\nd\u0001'],
    ["letters that are no ASCII", "日本 \u{1f600}"],
    ["a text that is longer than a vector", "x".repeat(100)],
    ["a megabyte", "x".repeat(1_000_000)],
    ["nothing", ""],
  ])("of a text with %s, and reads it", (_, name) => {
    const [event] = scanAll(toContent([toLine({ ...query(), name }, 0)]), 1);

    expect(event).toMatchObject({ kind: "dns-query", name });
  });

  test.each(["1-a", "4294967295-3w5e11264sgsf"])("of the process %s", (process) => {
    expect(countSure(toContent([toLine({ ...query(), process }, 0)]), 1)).toBe(1);
  });

  test.each(["2024-02-29", "2000-02-29", "2026-12-31"])("of the day %s", (day) => {
    const line = toLine({ ...query(), lastSeen: `${day}T23:59:59.999999Z` }, 0);

    expect(countSure(toContent([line]), 1)).toBe(1);
  });
});

describe("the scanner is not sure", () => {
  test.each<[string, string]>([
    ["an event at another place", toLine(query(), 1)],
    ["a member that is there twice", toLine(query(), 0).replace("{", '{"seq":7,')],
    ["one that it does not know", toLine({ ...query(), colour: "blue" }, 0)],
    ["a number with a fraction", toLine(query(), 0).replace('"count":1', '"count":1.0')],
    ["a day that is none", toLine(query(), 0).replaceAll("2026-01-31", "2026-02-29")],
    ["a century that has no such day", toLine(query(), 0).replaceAll("2026-01-31", "1900-02-29")],
    ["a pid of too many digits", toLine({ ...query(), process: "12345678901-a" }, 0)],
    ["a start that is too long", toLine({ ...query(), process: "1-3w5e11264sgsfx" }, 0)],
    ["what follows on an event", `${toLine(query(), 0)} `],
    ["half an event", toLine(query(), 0).slice(0, -1)],
    ["a kind that it does not know", toLine({ kind: "heartbeat", sensors: [] }, 0)],
  ])("of %s", (_, line) => {
    expect(countSure(toContent([line]), 1)).toBe(0);
  });
});

describe("lines that say the same", () => {
  test("of a name are one, with what they count together", () => {
    const lines = [1, 2, Number.MAX_SAFE_INTEGER].map((count, index) =>
      toLine({ ...query(), count }, index),
    );

    expect(scanAll(toContent(lines.slice(0, 2)), 2)).toMatchObject([{ count: 3 }, "folded"]);
    // The last one has more digits than the scanner reads.
    expect(scanAll(toContent(lines), 3).at(-1)).toBe("unsure");
  });

  test.each<[string, object]>([
    ["name", { name: "b.example" }],
    ["name, by an escape", { name: "a.example\n" }],
    ["verdict", { verdict: "blocked" }],
    ["day", { lastSeen: "2026-02-01T00:00:00.000000Z" }],
  ])("are two where they differ in the %s", (_, change) => {
    const lines = [toLine(query(), 0), toLine({ ...query(), ...change }, 1)];

    expect(scanAll(toContent(lines), 2)).not.toContain("folded");
  });

  test.each<[string, object, object, boolean]>([
    [
      "addresses of a name",
      { domain: "a.example", ip: "192.0.2.1" },
      { domain: "a.example" },
      true,
    ],
    [
      "names of an address",
      { domain: "a", ip: "192.0.2.1" },
      { domain: "b", ip: "192.0.2.1" },
      false,
    ],
    ["addresses", { ip: "192.0.2.1" }, { ip: "192.0.2.2" }, false],
    ["a name and an address like it", { domain: "192.0.2.1" }, { ip: "192.0.2.1" }, false],
    ["no address and an empty one", { path: "/a" }, { ip: "" }, false],
    ["an empty address and none", { ip: "" }, { path: "/a" }, false],
    ["an empty name and an empty address", { domain: "" }, { ip: "" }, false],
    ["empty addresses", { ip: "" }, { ip: "" }, true],
    ["no addresses", { path: "/a" }, { path: "/b" }, true],
    ["ports", { ip: "192.0.2.1", port: 1 }, { ip: "192.0.2.1", port: 2 }, false],
  ])("are looked for among connections by %s", (_, one, other, isFolded) => {
    const lines = [one, other].map((destination, index) =>
      toLine({ ...connection(), destination }, index),
    );

    expect(scanAll(toContent(lines), 2)[1] === "folded").toBe(isFolded);
    expectSame(toContent(lines), 2);
  });

  test("are added up to what a number can be, and no further", () => {
    const count = 999_999_999_999_999;
    const lines = Array.from({ length: 12 }, (_, index) => toLine({ ...query(), count }, index));

    expect(scanAll(toContent(lines), 12)[0]).toMatchObject({ count: Number.MAX_SAFE_INTEGER });
  });
});

test("content as long as a batch may be is read to its end, and what was there before is no part of it", () => {
  const long = toLine({ ...query(), name: "x".repeat(1_000_000) }, 0);
  const lines = Array.from({ length: 8 }, (_, index) =>
    long.replace('"seq":7', `"seq":${index + 7}`),
  );

  expect(scanAll(toContent(lines), 8)).toHaveLength(8);
  expect(scanAll(Buffer.from(toLine(query(), 0)), 1)).toEqual([]);
});

/** What was read, of both ways, by what is made of it. */
function expectSame(content: Buffer, count: number): void {
  const extent = { firstSeq: FIRST_SEQ, count, maxEventBytes: BATCH_LIMITS.maxEventBytes };
  const whole = parseBatch(content, extent);
  const scanned = scanBatch(content, extent);
  expect(scanned.deadLetters).toEqual(whole.deadLetters);
  expect(toRollup(scanned.events)).toEqual(toRollup(whole.events));
}

function toRollup(events: readonly RolledEvent[]) {
  const programs = createKnownPrograms({ maxProcesses: 100, maxProcessesOfRun: 100, maxRuns: 1 });
  return rollUp(events, { today: "2026-01-31", programs: programs.of("a") });
}

function scanAll(content: Buffer, maxLines: number): readonly ScannedEvent[] {
  const events: ScannedEvent[] = [];
  const extent = { firstSeq: FIRST_SEQ, maxLines, maxLineBytes: BATCH_LIMITS.maxEventBytes };
  scanner.scan(content, extent, (event) => events.push(event));
  return events;
}

function countSure(content: Buffer, maxLines: number): number {
  return scanAll(content, maxLines).filter((event) => event !== "unsure").length;
}

/** As guards write them: what every event has comes first. */
function toLine(event: unknown, index: number): string {
  const { seq: _, kind, observedAt = AT, ...rest } = toRecord(event);
  return JSON.stringify({ seq: FIRST_SEQ + index, observedAt, kind, ...rest });
}

function toRecord(event: unknown): Record<string, unknown> {
  return typeof event === "object" && event !== null ? { ...event } : { event };
}

function toContent(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(""));
}

function query(): Record<string, unknown> {
  const times = { firstSeen: AT, lastSeen: AT };
  return {
    kind: "dns-query",
    process: "1-a",
    name: "a.example",
    type: "A",
    verdict: "allowed",
    answers: [],
    count: 1,
    ...times,
  };
}

function connection(): Record<string, unknown> {
  return {
    kind: "connection",
    process: null,
    network: { transport: "tcp", family: "ipv4" },
    verdict: "allowed",
    rule: "default",
    count: 1,
    firstSeen: AT,
    lastSeen: AT,
    results: {},
    bytesSent: 0,
    bytesReceived: 0,
  };
}
