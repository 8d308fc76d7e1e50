import { expect, test } from "vitest";

import { createSaySeldom } from "../../collector/say-seldom.ts";

test("what comes again and again is said once in a while, with how often it came", () => {
  let uptime = 0;
  const said: string[] = [];
  const say = createSaySeldom({
    say: (text) => said.push(text),
    everyMs: 1_000,
    maxTexts: 2,
    uptime: () => uptime,
  });
  for (const text of ["a", "a", "b", "a"]) say(text);
  uptime = 1_000;
  for (const text of ["a", "a", "b"]) say(text);

  expect(said).toEqual(["a", "b", "a (2 times more since it was said last)", "b"]);
});

test("more different texts than it keeps are said as they come", () => {
  const said: string[] = [];
  const say = createSaySeldom({
    say: (text) => said.push(text),
    everyMs: 1_000,
    maxTexts: 1,
    uptime: () => 0,
  });
  for (const text of ["a", "b", "b", "a"]) say(text);

  expect(said).toEqual(["a", "b", "b"]);
});

test("what was said long ago makes room for what comes now", () => {
  let uptime = 0;
  const said: string[] = [];
  const say = createSaySeldom({
    say: (text) => said.push(text),
    everyMs: 1_000,
    maxTexts: 2,
    uptime: () => uptime,
  });
  for (const text of ["a", "a", "b"]) say(text);
  uptime = 999;
  for (const text of ["c", "c"]) say(text);
  uptime = 1_000;
  for (const text of ["d", "d", "e", "e", "a"]) say(text);

  expect(said).toEqual([
    "a",
    "b",
    "c",
    "c",
    "a (1 times more since it was said last)",
    "d",
    "e",
    "a",
  ]);
});
