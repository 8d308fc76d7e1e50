import { hash } from "node:crypto";

import { expect, test } from "vitest";

import { countEncoded } from "../../../../agent/rules/facts/encoded-label.ts";

test.each([
  "www",
  "registry",
  "objects-origin",
  "release-assets",
  "productionresultssa19",
  "my-application-git-main-somebody-and-friends",
  "static.cdn.eu-central-1.prod.services.internal-tools",
  "_acme-challenge.subdomain",
  "20230601._domainkey",
  "xn--mnchen-3ya",
  "pkg-containers-az",
])("%s is in words", (labels) => {
  expect(countEncoded(labels)).toBe(0);
});

test.each(["hex", "base32", "base36", "digits"] as const)(
  "bytes of all kinds in %s are data",
  (kind) => {
    const missed = Array.from({ length: 500 }, (_, seed) => encode(kind, seed)).filter(
      (text) => countEncoded(text) === 0,
    );

    expect(missed.length).toBeLessThan(10);
  },
);

test("what is cut into short labels is put together again", () => {
  const text = "3b1f9ac27de04458a6c1b7f0e29d83514fa0c6d2";

  expect(countEncoded(`${text.match(/.{1,8}/g)?.join(".")}`)).toBe(text.length);
});

/** The same each time: a few in a hundred look like words. */
function encode(kind: "hex" | "base32" | "base36" | "digits", seed: number): string {
  const bytes = [...hash("sha256", String(seed), "buffer")];
  if (kind === "hex") return Buffer.from(bytes).toString("hex");
  const letters = {
    base32: "abcdefghijklmnopqrstuvwxyz234567",
    base36: "0123456789abcdefghijklmnopqrstuvwxyz",
    digits: "0123456789",
  }[kind];
  return bytes.map((byte) => letters[byte % letters.length]).join("");
}
