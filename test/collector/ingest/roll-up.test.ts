import { expect, test } from "vitest";

import { rollUp } from "../../../collector/ingest/roll-up.ts";
import type { GuardEventOf } from "../../../protocol/index.ts";

const AT = "2026-01-31T12:00:00.000001Z";

test("a destination is counted once a day, however often it was used", () => {
  const { destinations } = rollUp([connection(1, "a.example"), connection(2, "a.example")]);

  expect(destinations).toMatchObject([{ host: "a.example", day: "2026-01-31", count: 2 }]);
});

test("a batch that goes to another host with each line keeps the first of them, and counts the others", () => {
  const events = Array.from({ length: 10_000 }, (_, index) =>
    connection(index + 1, `${index}.example`),
  );
  const { destinations, destinationsLeftOut } = rollUp([
    ...events,
    connection(10_001, "0.example"),
  ]);

  expect([destinations.length, destinationsLeftOut]).toEqual([1_000, 9_000]);
  expect(destinations[0]).toMatchObject({ host: "0.example", count: 2 });
});

function connection(seq: number, domain: string): GuardEventOf<"connection"> {
  return {
    seq,
    observedAt: AT,
    kind: "connection",
    process: null,
    network: { transport: "tcp", family: "ipv4" },
    destination: { domain, port: 443 },
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
