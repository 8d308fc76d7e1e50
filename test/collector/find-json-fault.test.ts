import { assert, json, property } from "fast-check";
import { expect, test } from "vitest";

import { findJsonFault, findRepeatedMember } from "../../collector/find-json-fault.ts";

test.each([
  ["", "line 1, column 1: expected a value"],
  ["{", "line 1, column 2: expected a member's name in \" or }"],
  ['{\n  "a": 1,\n}', "line 3, column 1: expected a member's name in \""],
  ['{\n  "a": x\n}', "line 2, column 8: expected a value"],
  ['{"a" 1}', "line 1, column 6: expected a colon"],
  ["{'a': 1}", "line 1, column 2: expected a member's name in \" or }"],
  ["[1 2]", "line 1, column 4: expected a comma or ]"],
  ['{"a": [1}', "line 1, column 9: expected a comma or ]"],
  ["[1,]", "line 1, column 4: expected a value"],
  ["[01]", "line 1, column 2: expected a value or ]"],
  ['{"a": "b\n"}', "line 1, column 7: expected a value"],
  ["{} // why", "line 1, column 4: expected nothing more"],
  ["github:", "line 1, column 1: expected a value"],
])("%j stops being JSON at %s", (text, fault) => {
  expect(() => void JSON.parse(text)).toThrow(SyntaxError);
  expect(findJsonFault(text)).toBe(fault);
});

test.each(['{"a": [1, -2.5e+3, true, null, {}], "b\\u00e9\\n": {"c": []}}', ' "x" ', "[[],[[]]]"])(
  "%j is JSON to its end",
  (text) => {
    expect(() => void JSON.parse(text)).not.toThrow();
    expect(findJsonFault(text)).toBeUndefined();
  },
);

test("a file that opens a hundred thousand lists is told of like any other", () => {
  expect(findJsonFault("[".repeat(100_000))).toBe("line 1, column 100001: expected a value or ]");
});

test.each([
  ['{"a": 1, "a": 2}', 'line 1, column 10: "a" is there twice'],
  ['{\n  "a": {"b": 1, "c": [{"b": 2}],\n    "b": 3}\n}', 'line 3, column 5: "b" is there twice'],
  ['{"a": [], "\\u0061": 2}', 'line 1, column 11: "\\u0061" is there twice'],
  [
    `{"${"a".repeat(99)}": 1, "${"a".repeat(99)}": 2}`,
    "line 1, column 108: a member is there twice",
  ],
])("%j says something twice: %s", (text, fault) => {
  expect(findRepeatedMember(text)).toBe(fault);
});

test.each(['{"a": {"a": {"a": "a"}}, "b": [{"a": 1}, {"a": 2}, "b"]}', '["a", "a"]', '"a"'])(
  "%j says nothing twice",
  (text) => {
    expect(findRepeatedMember(text)).toBeUndefined();
  },
);

test("what the engine writes is JSON that says nothing twice", () => {
  assert(
    property(json(), (text) => {
      expect([findJsonFault(text), findRepeatedMember(text)]).toEqual([undefined, undefined]);
    }),
  );
});
