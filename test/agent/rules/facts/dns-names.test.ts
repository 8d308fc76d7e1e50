import { expect, test } from "vitest";

import { createDnsNames, toRegisteredDomain } from "../../../../agent/rules/facts/dns-names.ts";

const SECOND = 1_000_000;

test.each([
  ["a.b.example.net", "example.net"],
  ["example.net", "example.net"],
  ["a.example.co.uk", "example.co.uk"],
  ["a.b.example.io", "example.io"],
  ["localhost", "localhost"],
  ["", ""],
])("%s belongs to %s", (name, domain) => {
  expect(toRegisteredDomain(name)).toBe(domain);
});

test("different names of a minute are counted, and the same one counts once", () => {
  const names = createDnsNames({ maxDomains: 10 });
  for (let number = 0; number < 40; number += 1) {
    names.note(ask(`n${number % 20}.example.net`, "A", number * SECOND));
  }
  expect(names.of("example.net")).toMatchObject({ names: 20, texts: 0, encodedNames: 0 });

  names.note(ask("other.example.net", "TXT", 100 * SECOND));
  expect(names.of("x.example.net")).toMatchObject({ names: 1, texts: 1 });
});

test("encoded data is counted over the whole run", () => {
  const names = createDnsNames({ maxDomains: 10 });
  for (let minute = 0; minute < 5; minute += 1) {
    names.note(ask(`4fa0c6d2b7f0e29d835${minute}.example.net`, "A", minute * 90 * SECOND));
  }

  expect(names.of("example.net")).toMatchObject({ encodedNames: 5, encodedLetters: 100 });
});

test("domains whose operator tells nobody of questions are not counted, and of the rest no more than may be", () => {
  const names = createDnsNames({ maxDomains: 2 });
  names.note(ask("account.blob.core.windows.net", "A", 0));
  expect(names.of("account.blob.core.windows.net")).toBeUndefined();

  for (const domain of ["one.test", "two.test", "three.test"])
    names.note(ask(`a.${domain}`, "A", 0));
  expect(names.of("one.test")).toBeUndefined();
  expect(names.of("three.test")).toMatchObject({ names: 1 });
});

function ask(name: string, type: string, at: number) {
  return {
    kind: "dns-query",
    at,
    client: null,
    name,
    type,
    verdict: "allowed",
    rule: "no-policy",
    answers: [],
  } as const;
}
