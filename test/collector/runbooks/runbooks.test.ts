import { expect, test } from "vitest";

import { createRunbooks } from "../../../collector/runbooks/runbooks.ts";

test("a collector without its documents says where the runbooks are", () => {
  expect(createRunbooks("/nowhere").find("reverse-shell")).toContain("docs/runbooks");
});

test("no rule's name leads to another file", () => {
  const runbooks = createRunbooks("docs/runbooks");
  const general = runbooks.find("");

  expect(general).toContain("# Runbooks");
  for (const rule of ["../rules/README", "../../package", "constructor", "README.md"]) {
    expect(runbooks.find(rule)).toBe(general);
  }
});
