import { describe, expect, test } from "vitest";

import { measureCalmRounds } from "../../bench/finding-delay-of/calm-rounds.ts";
import { findDeed } from "../../bench/finding-delay-of/find-deed.ts";
import { matchDeeds } from "../../bench/finding-delay-of/match-deeds.ts";
import { measureDelays } from "../../bench/finding-delay-of/measure-delays.ts";
import { measureFirstKills } from "../../bench/finding-delay-of/measure-first-kills.ts";
import { requires } from "../support/requires.ts";

test("a deed is known by its finding's message, and by nothing else that is told of it", () => {
  expect(findDeed("flag-deeds wrote /w/.github/workflows/deed-7.yml, a workflow")).toEqual({
    did: "write",
    number: 7,
  });
  expect(findDeed("/w/.github/workflows/deed-7.yml")).toBeUndefined();
  expect(findDeed("sshd: deed-7")).toBeUndefined();
});

test("a delay runs from the deed to the first that is told of it", () => {
  const done = [0, 1].map((number) => ({ did: "claim", number, at: 1_000_000 }) as const);
  const told = [4_000_000, 9_000_000].map((at) => ({ did: "claim", number: 1, at }) as const);
  expect(matchDeeds(done, told)).toContainEqual({ did: "claim", done: 2, ms: [3] });
});

test.each([
  { repeats: 1, stolen: [0.5, 0, 0.1], discarded: [true, false, false] },
  { repeats: 1, stolen: [0.5, 0.5, 0], discarded: [true, false, false] },
  { repeats: 3, stolen: [0.1, 0.05], discarded: [false, false] },
])(
  "of rounds that the host took $stolen of, $repeats at most are measured again, and none is hidden",
  async ({ repeats, stolen, discarded }) => {
    const left = [...stolen];
    const rounds = await measureCalmRounds({
      rounds: 2,
      repeats,
      measure: () => Promise.resolve(left.shift() ?? Number.NaN),
      toStolenShare: (share) => share,
    });
    expect(rounds.map(({ measured }) => measured)).toEqual(stolen);
    expect(rounds.map(({ isDiscarded }) => isDiscarded)).toEqual(discarded);
  },
);

const { bpf, compiler } = requires;
const needs = [bpf, compiler].find(({ available }) => !available) ?? compiler;

describe.skipIf(!needs.available)(`under a guard${needs.note}`, () => {
  test("each deed is told, after it was done", async () => {
    const { delays } = await measureDelays({ seconds: 1, rate: 1_000, deeds: 3 });
    expect(
      delays.map(({ did, done, ms }) => [did, done, ms.filter((one) => one > 0).length]),
    ).toEqual([
      ["write", 3, 3],
      ["claim", 3, 3],
      ["reach", 3, 3],
    ]);
  });

  test("what a job starts with is ended too", async () => {
    const { ms } = await measureFirstKills(0, 1);
    expect(ms).toHaveLength(1);
  });
});
