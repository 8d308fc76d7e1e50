import { randomBytes } from "node:crypto";

import { expect, test } from "vitest";

import { deriveFingerprintKey, deriveRunKey } from "../../../collector/ingest/upload-key.ts";

const KEYS = [randomBytes(32), randomBytes(32)];

test("a tenant's key of fingerprints is the same for all of its runs, and nobody else's", () => {
  const key = deriveFingerprintKey(KEYS, { tenant: "acme", keyGeneration: 1 });

  expect(key).toHaveLength(32);
  expect(deriveFingerprintKey(KEYS, { tenant: "acme", keyGeneration: 1 })).toEqual(key);
  for (const other of [
    deriveFingerprintKey(KEYS, { tenant: "bank", keyGeneration: 1 }),
    deriveFingerprintKey(KEYS, { tenant: "acme", keyGeneration: 2 }),
    // A run that has a tenant's name.
    deriveRunKey(KEYS, { id: "acme", keyGeneration: 1 }),
  ]) {
    expect(other).not.toEqual(key);
  }
});

test("a generation that is not there is a defect", () => {
  expect(() => deriveRunKey(KEYS, { id: "a", keyGeneration: 3 })).toThrow("no key of generation 3");
});
