import { expect, test } from "vitest";

import { keepTogether } from "./project-order.ts";

test("files of a project come one after the other, in the order that they had", () => {
  const files = ["machine 1", "e2e 1", "e2e 2", "machine 2", "unit 1", "e2e 3"].map((name) => ({
    name,
    project: { name: name.split(" ")[0] ?? "" },
  }));

  expect(keepTogether(files).map(({ name }) => name)).toEqual([
    "machine 1",
    "machine 2",
    "e2e 1",
    "e2e 2",
    "e2e 3",
    "unit 1",
  ]);
});
