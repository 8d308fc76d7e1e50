import { describe, expect, it } from "vitest";

import { toEnvironmentValues } from "../../../../agent/redact/known-values/environment-values.ts";

const valuesOf = (value: string): readonly string[] =>
  toEnvironmentValues([["A_TOKEN", value]], ["*TOKEN*"]).map((found) => found.value);

describe("values of an environment", () => {
  it.each([
    {
      pattern: "*TOKEN*",
      names: ["TOKEN", "NPM_TOKEN", "token_of", "MyTokens"],
      others: ["TOKE_N"],
    },
    { pattern: "*_KEY", names: ["A_KEY", "_key"], others: ["KEY", "A_KEYS", "A_KEY_"] },
    { pattern: "DB_?", names: ["DB_1", "db_x"], others: ["DB_", "DB_12", "ADB_1"] },
    { pattern: "EXACT", names: ["EXACT", "exact"], others: ["EXACT1", "1EXACT", ""] },
    { pattern: "*", names: ["ANY", ""], others: [] },
    { pattern: "A*B*C", names: ["ABC", "AxBxC", "ABCBC"], others: ["ACB", "ABCD"] },
    { pattern: "A.B[C]", names: ["a.b[c]"], others: ["AxB[C]"] },
  ])("are those of names like $pattern", ({ pattern, names, others }) => {
    const environment = [...names, ...others].map((name) => [name, `value of ${name}`] as const);
    expect(toEnvironmentValues(environment, [pattern])).toEqual(
      names.map((name) => ({ value: `value of ${name}`, source: name })),
    );
  });

  it("are none where no pattern fits, or where there is no value", () => {
    expect(toEnvironmentValues([["PATH", "/bin"]], ["*TOKEN*"])).toEqual([]);
    expect(toEnvironmentValues([["TOKEN", ""]], ["*TOKEN*"])).toEqual([]);
    expect(toEnvironmentValues([["TOKEN", "abc"]], [])).toEqual([]);
  });

  it("take a hostile name and pattern in their stride", () => {
    const name = "A".repeat(20_000);
    expect(toEnvironmentValues([[name, "value"]], [`${"*A".repeat(200)}*B`])).toEqual([]);
  });

  it("hold the password of a URL, with and without its escapes", () => {
    const url = "postgres://app:s3cr%2Fet@db.internal:5432/app";
    expect(valuesOf(url)).toEqual([url, "s3cr%2Fet", "s3cr/et"]);
    expect(valuesOf("https://example.com/a:b@c")).toEqual(["https://example.com/a:b@c"]);
    expect(valuesOf("redis://:pa%ss@host")).toEqual(["redis://:pa%ss@host", "pa%ss"]);
  });

  it("hold the secrets of a docker configuration", () => {
    const auth = Buffer.from("robot:its-password").toString("base64");
    const config = JSON.stringify({ auths: { "ghcr.io": { auth, email: "robot@example.com" } } });
    expect(valuesOf(config)).toEqual([config, "its-password", auth]);
  });

  it("hold the secrets of a service account's key, but not what anybody may know", () => {
    const key = JSON.stringify({
      type: "service_account",
      project_id: "project-of-ours",
      private_key_id: "0123456789abcdef",
      private_key: "-----BEGIN KEY-----\nabcdefgh\n-----END KEY-----\n",
      token_uri: "https://oauth2.googleapis.com/token",
    });
    const secrets = ["0123456789abcdef", "-----BEGIN KEY-----\nabcdefgh\n-----END KEY-----\n"];
    expect(valuesOf(key)).toEqual([key, ...secrets]);
    const encoded = Buffer.from(key).toString("base64");
    expect(valuesOf(encoded)).toEqual([encoded, ...secrets]);
  });

  it.each([
    { name: "that is deep", value: `${"[".repeat(5_000)}"deep-secret"${"]".repeat(5_000)}` },
    { name: "that is broken", value: '{"a": "unfinished' },
    { name: "of nothing", value: "[]" },
  ])("are taken as they are where they hold a document $name", ({ value }) => {
    expect(valuesOf(value)).toEqual([value]);
  });

  it("stay bounded for a document of many strings", () => {
    const value = JSON.stringify(Array.from({ length: 10_000 }, (_, index) => `secret-${index}`));
    expect(valuesOf(value).length).toBeLessThan(300);
  });
});
