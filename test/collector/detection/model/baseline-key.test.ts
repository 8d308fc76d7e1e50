import { expect, test } from "vitest";

import { toBaselineKey } from "../../../../collector/detection/model/baseline-key.ts";
import { foldMatrix } from "../../../../collector/detection/model/fold-matrix.ts";

test.each([
  ["test (ubuntu, 20)", "test"],
  ["test (ubuntu, 20) (2)", "test"],
  ["test 3/8", "test"],
  ["test: [linux, 20]", "test"],
  ["call / test (20)", "call / test"],
  ["build", "build"],
  ["(x)", "(x)"],
])("%s is a leg of %s", (leg, job) => {
  expect(foldMatrix(leg)).toBe(job);
});

const ci = {
  provider: "github-actions",
  repository: "acme/app",
  workflow: "CI",
  job: "test (20)",
} as const;

test("what nobody vouches for has the names that it says", () => {
  expect(toBaselineKey({ tenant: "t", ci, identity: null })).toEqual({
    tenant: "t",
    repository: "acme/app",
    workflow: "CI",
    job: "test",
  });
});

test("a proven repository is known by its id, and its workflow by the file", () => {
  const { job: _, ...proven } = ci;
  const identity = {
    kind: "github-oidc",
    issuer: "https://token.example",
    state: "known",
    facts: { repositoryId: "42", workflowPath: ".github/workflows/ci.yml" },
    said: { ...ci, repository: "evil/app" },
    contradicts: ["repository"],
  } as const;

  expect(
    toBaselineKey({ tenant: "t", ci: proven, identity: { ...identity, contradicts: [] } }),
  ).toEqual({
    tenant: "t",
    repository: "id:42",
    workflow: ".github/workflows/ci.yml",
    job: "test",
  });
});

test("a run of no job that is known has no baseline", () => {
  expect(toBaselineKey({ tenant: "t", ci: null })).toBeUndefined();
  expect(toBaselineKey({ tenant: "t", ci: { ...ci, job: " " } })).toBeUndefined();
});
