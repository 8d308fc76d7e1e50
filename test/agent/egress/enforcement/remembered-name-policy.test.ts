import { expect, test } from "vitest";

import { createRememberedNamePolicy } from "../../../../agent/egress/enforcement/remembered-name-policy.ts";
import type { NamePolicy } from "../../../../agent/egress/name-policy.ts";

function createAskedPolicy(): { policy: NamePolicy; asked: string[] } {
  const asked: string[] = [];
  const note = (what: string, name: string): boolean => asked.push(`${what} ${name}`) > 0;
  const policy: NamePolicy = {
    decide: (name) => ({ isAnswered: note("decide", name), verdict: "allowed", rule: name }),
    isDenied: (name) => note("isDenied", name) && name === "denied.test",
    openingsFor: (name) => (note("openingsFor", name) ? [] : []),
    policyNamesOf: (name) => [name],
  };
  return { policy, asked };
}

test("the same name is asked for once, and every name has its own answer", () => {
  const { policy, asked } = createAskedPolicy();
  const names = createRememberedNamePolicy(policy);
  for (const name of ["a.test", "denied.test", "a.test", "denied.test"]) {
    expect(names.decide(name).rule).toBe(name);
    expect(names.isDenied(name)).toBe(name === "denied.test");
    expect(names.openingsFor(name)).toEqual([]);
  }
  expect(asked).toHaveLength(6);
  expect(new Set(asked).size).toBe(6);
});

test("names beyond the bound are looked up again", () => {
  const { policy, asked } = createAskedPolicy();
  const names = createRememberedNamePolicy(policy, { maxNames: 2 });
  for (const name of ["a", "b", "c", "a"]) names.decide(name);
  expect(asked).toEqual(["decide a", "decide b", "decide c", "decide a"]);
});
