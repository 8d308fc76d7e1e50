import { expect, test } from "vitest";

import { createFindings } from "../../../../agent/commands/redact/findings.ts";
import { createTally } from "../../../../agent/commands/redact/tally.ts";
import { toFound } from "./to-found.ts";

test("the first findings are kept, in their order", () => {
  const findings = createFindings(2);
  for (const line of [1, 4, 9]) findings.add(toFound({ line }));

  expect(findings.listed.map(({ line }) => line)).toEqual([1, 4]);
});

test("a source's name steers neither terminal nor CI", () => {
  const findings = createFindings(2);
  findings.add(toFound({ source: "A\u001B[2J\n##[add-mask]B\u202E" }));
  findings.add(toFound({ source: "x".repeat(100_000) }));

  expect(findings.listed[0]?.source).toBe("A\\x1b[2J\\n#\\x23[add-mask]B\\u202e");
  expect(findings.listed[1]?.source?.length).toBeLessThan(400);
});

test("all are counted, by rule and by encoding", () => {
  const tally = createTally();
  tally.add(toFound({ rule: "jwt", encodings: ["base64", "base64", "url"] }));
  tally.add(toFound({ rule: "jwt", encodings: ["base64"] }));
  tally.add(toFound({ rule: "url-password" }));

  expect(tally.total).toBe(3);
  expect(Object.fromEntries(tally.byRule)).toEqual({ jwt: 2, "url-password": 1 });
  expect(Object.fromEntries(tally.byEncoding)).toEqual({ base64: 2, url: 1 });
});
