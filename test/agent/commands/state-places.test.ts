import { expect, test } from "vitest";

import { toSearchedPlaces, toStatePlace } from "../../../agent/commands/state-places.ts";

test("root keeps its state where only root can make anything, whatever its variables say", () => {
  const environment = { XDG_RUNTIME_DIR: "/run/user/0", TMPDIR: "/tmp/x" };

  expect(toStatePlace({ userId: 0, environment })).toBe("/run/runner-guard");
});

test.each([
  [{ XDG_RUNTIME_DIR: "/run/user/1000", TMPDIR: "/x" }, "/run/user/1000/runner-guard"],
  [{ XDG_RUNTIME_DIR: "", TMPDIR: "/x" }, "/x/runner-guard-1000"],
  [{ TMPDIR: "" }, "/tmp/runner-guard-1000"],
  [{}, "/tmp/runner-guard-1000"],
])("another user's is a place of its own: %j", (environment, expected) => {
  expect(toStatePlace({ userId: 1000, environment })).toBe(expected);
});

test("root's guard is looked for first, because nobody else can pass for it", () => {
  expect(toSearchedPlaces({ userId: 1000, environment: {} })).toEqual([
    "/run/runner-guard",
    "/tmp/runner-guard-1000",
  ]);
  expect(toSearchedPlaces({ userId: 0, environment: {} })).toEqual(["/run/runner-guard"]);
});
