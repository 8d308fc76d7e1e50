import { randomBytes } from "node:crypto";

import { expect, test } from "vitest";

import { deriveFingerprintKey, deriveRunKey } from "../../../collector/ingest/upload-key.ts";

const KEYS = [randomBytes(32), randomBytes(32)];
const UNPROVEN = { identity: null, keyGeneration: 1 };

test("a tenant's key of fingerprints is the same for all runs of which nothing is proven, and nobody else's", () => {
  const key = deriveFingerprintKey(KEYS, { ...UNPROVEN, tenant: "acme" });

  expect(key).toHaveLength(32);
  expect(deriveFingerprintKey(KEYS, { ...UNPROVEN, tenant: "acme" })).toEqual(key);
  for (const other of [
    deriveFingerprintKey(KEYS, { ...UNPROVEN, tenant: "bank" }),
    deriveFingerprintKey(KEYS, { ...UNPROVEN, tenant: "acme", keyGeneration: 2 }),
    // A run that has a tenant's name.
    deriveRunKey(KEYS, { id: "acme", keyGeneration: 1 }),
  ]) {
    expect(other).not.toEqual(key);
  }
});

test("whoever can begin a run of one repository has no other one's key of fingerprints", () => {
  const derive = (issuer: string, facts: Record<string, string>): string =>
    deriveFingerprintKey(KEYS, {
      tenant: "acme",
      keyGeneration: 1,
      identity: { issuer, facts },
    }).toString("hex");
  const [github, cluster] = ["https://token.example", `https://${"c".repeat(2_000)}.example`];
  const keys = [
    deriveFingerprintKey(KEYS, { ...UNPROVEN, tenant: "acme" }).toString("hex"),
    derive(github, { repositoryId: "1" }),
    derive(github, { repositoryId: "2" }),
    derive(cluster, { repositoryId: "1" }),
    derive(cluster, { namespace: "1" }),
    derive(cluster, { namespace: "2" }),
  ];

  expect(new Set(keys).size).toBe(keys.length);
  expect(derive(github, { repositoryId: "1", checkRunId: "8", ref: "refs/heads/a" })).toBe(keys[1]);
  expect(derive(cluster, { namespace: "1", podUid: "8", podName: "b" })).toBe(keys[4]);
});

test("a generation that is not there is a defect", () => {
  expect(() => deriveRunKey(KEYS, { id: "a", keyGeneration: 3 })).toThrow("no key of generation 3");
});
