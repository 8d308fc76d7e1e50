import { readFileSync } from "node:fs";

import { assert, jsonValue, property } from "fast-check";
import { describe, expect, test } from "vitest";

import { findEventFault } from "../../../collector/ingest/event-fault.ts";
import { guardEventSchema } from "../../../protocol/index.ts";
import { anyBroken, anyOfSchema } from "../../support/any-of-schema.ts";

const anyEvent = anyOfSchema(guardEventSchema);

describe("the written validator takes what the schema takes, and nothing else", () => {
  test("of events as they should be", () => {
    assert(
      property(anyEvent, (event) => {
        expect([findEventFault(event), isTaken(event)]).toEqual([undefined, true]);
      }),
      { numRuns: 1_000 },
    );
  });

  test("of events of which one member is off", () => {
    let refused = 0;
    assert(
      property(anyBroken(anyEvent), (event) => {
        const fault = findEventFault(event);
        refused += Number(fault !== undefined);
        expect([event, fault === undefined]).toEqual([event, isTaken(event)]);
      }),
      { numRuns: 2_000 },
    );
    expect(refused).toBeGreaterThan(200);
  });

  test("of JSON that is no event", () => {
    assert(
      property(jsonValue(), (value) => {
        expect(findEventFault(value) === undefined).toBe(isTaken(value));
      }),
    );
  });
});

describe("what it says", () => {
  const event = {
    seq: 1,
    observedAt: "2026-01-31T12:00:00.000001Z",
    kind: "connection",
    process: "12-ab",
    network: { transport: "tcp", family: "ipv4" },
    destination: { ip: "192.0.2.1", port: 443 },
    verdict: "allowed",
    rule: "default",
    count: 1,
    firstSeen: "2026-01-31T12:00:00.000001Z",
    lastSeen: "2026-01-31T12:00:00.000001Z",
    results: { established: 1 },
    bytesSent: 0,
    bytesReceived: 0,
  };

  test.each<[string, object, string]>([
    ["the member that is missing", { rule: undefined }, "rule: no text"],
    [
      "the one inside another",
      { destination: { port: 65_536 } },
      "destination.port: no whole number from 0 to 65535",
    ],
    [
      "which words there are",
      { verdict: "maybe" },
      "verdict: none of allowed, blocked, would-block",
    ],
    ["of a number", { seq: 0 }, "seq: no whole number above 0"],
    [
      "of a member that is none",
      { results: { won: 1 } },
      expect.stringMatching(/^results: a member that is none of established, /),
    ],
    ["of a kind that is none", { kind: "party" }, "kind: none that is known"],
  ])("names %s", (_, change, fault) => {
    expect(findEventFault({ ...event, ...change })).toEqual(fault);
  });

  test("is nothing of a member that a newer agent has", () => {
    expect(findEventFault({ ...event, colour: "blue" })).toBeUndefined();
  });

  test("is never a name of the event's own, which is the attacker's", () => {
    expect(findEventFault({ ...event, results: { "\u001b[2J": 1 } })).not.toContain("\u001b");
  });
});

test.each([
  ["collector/ingest/event-fault.ts", "generateEventValidator"],
  ["collector/ingest/scan/event-shapes.ts", "generateEventShapes"],
  ["agent/report/report-fault.ts", "generateReportValidator"],
] as const)("%s is what its script writes from the schema as it stands", async (file, generate) => {
  const script = await import("../../../scripts/generate-event-validator.ts");
  const written = readFileSync(file, "utf8");

  expect(withoutLayout(written)).toBe(withoutLayout(script[generate]()));
});

function isTaken(value: unknown): boolean {
  return guardEventSchema.safeParse(value).success;
}

/** The formatter moves nothing but spaces, commas, brackets of one statement, and quotes that a name does not need. */
function withoutLayout(text: string): string {
  return text.replaceAll(/[\s,;(){}"]+/g, "");
}
