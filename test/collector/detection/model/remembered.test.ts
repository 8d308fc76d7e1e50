import { expect, test } from "vitest";

import { remembered } from "../../../../collector/detection/model/remembered.ts";

const BOUNDS = { texts: 4, maxCharacters: 8 };

test("is asked once for a text, as long as that is asked now and then", () => {
  const asked: string[] = [];
  const length = remembered((text) => asked.push(text) && text.length, BOUNDS);

  expect(["a", "bb", "a", "bb", "a"].map(length)).toEqual([1, 2, 1, 2, 1]);
  expect(asked).toEqual(["a", "bb"]);
});

test("forgets what was not asked for longest, and works it out again", () => {
  const asked: string[] = [];
  const length = remembered((text) => asked.push(text) && text.length, BOUNDS);

  for (const text of ["a", "b", "c", "d", "e", "a"]) expect(length(text)).toBe(1);
  expect(asked).toEqual(["a", "b", "c", "d", "e", "a"]);
});

test("keeps nothing that is longer than it may be", () => {
  const asked: string[] = [];
  const length = remembered((text) => asked.push(text) && text.length, BOUNDS);
  const long = "l".repeat(9);

  expect([long, long].map(length)).toEqual([9, 9]);
  expect(asked).toHaveLength(2);
});
