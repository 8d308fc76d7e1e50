import { expect, test } from "vitest";

import { createAddressBook } from "../../../agent/egress/address-book.ts";

const HTTPS = { transport: "tcp", ports: { from: 443, to: 443 } } as const;

test("an address has the names it was given, the latest first, for as long as they are good", () => {
  const book = createAddressBook({ maxAddresses: 10, maxNamesPerAddress: 10 });
  book.learn("192.0.2.1", "one.test", 100);
  book.learn("192.0.2.1", "two.test", 200);

  expect(book.namesOf("192.0.2.1", 50)).toEqual(["two.test", "one.test"]);
  expect(book.namesOf("192.0.2.1", 150)).toEqual(["two.test"]);
  expect(book.namesOf("192.0.2.1", 250)).toEqual([]);
  expect(book.namesEverOf("192.0.2.1")).toEqual(["two.test", "one.test"]);
});

test("an answer that is good for less does not shorten one before", () => {
  const book = createAddressBook({ maxAddresses: 10, maxNamesPerAddress: 10 });
  book.learn("192.0.2.1", "one.test", 200);
  book.learn("192.0.2.1", "one.test", 100);

  expect(book.namesOf("192.0.2.1", 150)).toEqual(["one.test"]);
});

test("what stands open is told until its time is over", () => {
  const book = createAddressBook({ maxAddresses: 10, maxNamesPerAddress: 10 });
  book.open({ ip: "192.0.2.1", ...HTTPS, untilMs: 100 });
  book.open({ ip: "192.0.2.1", ...HTTPS, untilMs: 300 });

  expect(book.openUntilMs("192.0.2.1", HTTPS)).toBe(300);
  expect(book.openUntilMs("192.0.2.1", { ...HTTPS, transport: "udp" })).toBe(0);
  expect(book.liveElements(200)).toEqual([{ ip: "192.0.2.1", ...HTTPS, untilMs: 300 }]);
  expect(book.liveElements(300)).toEqual([]);
});

test("it never holds more than it may, and forgets what it heard of longest ago", () => {
  const book = createAddressBook({ maxAddresses: 2, maxNamesPerAddress: 2 });
  for (const ip of ["192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3"]) {
    book.learn(ip, "one.test", 100);
  }
  for (const name of ["a.test", "b.test", "c.test"]) book.learn("192.0.2.3", name, 100);

  expect(book.namesOf("192.0.2.2", 0)).toEqual([]);
  expect(book.namesOf("192.0.2.1", 0)).toEqual(["one.test"]);
  expect(book.namesOf("192.0.2.3", 0)).toEqual(["c.test", "b.test"]);
  expect(book.forgotten).toBe(1);
});

test("what stands open is found by any port of its range, until its time is over", () => {
  const book = createAddressBook({ maxAddresses: 10, maxNamesPerAddress: 10 });
  const range = { transport: "tcp", ports: { from: 8000, to: 8010 } } as const;
  book.open({ ip: "192.0.2.1", ...range, untilMs: 100 });
  const at = { ip: "192.0.2.1", transport: "tcp", port: 8005 } as const;

  expect(book.isOpen(at, 50)).toBe(true);
  expect(book.isOpen(at, 100)).toBe(false);
  expect(book.isOpen({ ...at, port: 8011 }, 50)).toBe(false);
  expect(book.isOpen({ ...at, transport: "udp" }, 50)).toBe(false);
  expect(book.isOpen({ ...at, ip: "192.0.2.2" }, 50)).toBe(false);
});
