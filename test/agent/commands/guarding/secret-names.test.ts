import { expect, test } from "vitest";

import { createSecretNames } from "../../../../agent/commands/guarding/secret-names.ts";

test.each([
  { patterns: ["*TOKEN*"], name: "NPM_TOKEN", is: true },
  { patterns: ["*TOKEN*"], name: "npm_config_token_2", is: true },
  { patterns: ["*TOKEN*"], name: "TOKE", is: false },
  { patterns: ["*_KEY"], name: "DEPLOY_KEY", is: true },
  { patterns: ["*_KEY"], name: "DEPLOY_KEYS", is: false },
  { patterns: ["*_KEY"], name: "_KEY", is: true },
  { patterns: ["AWS_*_ID"], name: "AWS_ID", is: false },
  { patterns: ["AWS_*_ID"], name: "AWS__ID", is: true },
  { patterns: ["a*b*c"], name: "AXBXBXC", is: true },
  { patterns: ["aa*aa"], name: "aaa", is: false },
  { patterns: ["*"], name: "", is: true },
  { patterns: ["EXACT"], name: "exact", is: true },
  { patterns: ["EXACT"], name: "EXACTLY", is: false },
  { patterns: ["A.C"], name: "ABC", is: false },
  { patterns: [], name: "TOKEN", is: false },
])("$patterns: $name is a secret: $is", ({ patterns, name, is }) => {
  expect(createSecretNames(patterns)(name)).toBe(is);
});

test("a pattern of many stars costs no more than the name is long, each", () => {
  const isSecret = createSecretNames(["*a".repeat(1_000) + "*b"]);
  const before = performance.now();

  expect(isSecret("a".repeat(100_000))).toBe(false);
  expect(performance.now() - before).toBeLessThan(100);
});
