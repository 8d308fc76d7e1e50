import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { readPolicy } from "../../../../agent/commands/guarding/read-policy.ts";

test("warnings are told of a policy in JSON too, and of one that has none nothing is", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "read-policy-"));
  const path = join(folder.path, "policy.json");
  const warnings: string[] = [];
  const read = (policy: object) => {
    writeFileSync(path, JSON.stringify(policy));
    return readPolicy(path, (message) => void warnings.push(message));
  };

  const plain = await read({ version: 1, egress: { mode: "block", allow: ["a.example:443"] } });
  expect(plain?.egress).toMatchObject({ mode: "block", allow: ["a.example:443"], sni: "off" });
  expect(warnings).toEqual([]);

  const empty = await read({ version: 1, egress: { mode: "block", allow: [] } });
  expect(empty?.egress).toMatchObject({ mode: "block", allow: [] });
  expect(warnings).toEqual([`${path}:1:47: warning: ${EMPTY}`]);
});

const EMPTY =
  "nothing is allowed, because egress.allow is empty: list what the job needs, or remove egress, and audit mode allows everything";

test("what is wrong with a policy in JSON is told with its place", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "read-policy-"));
  const path = join(folder.path, "policy.json");
  writeFileSync(path, '{"version":1,"fail_on":[]}');

  await expect(readPolicy(path, () => undefined)).rejects.toThrow(
    `${path}:1:14: "fail_on" is no key of a policy: did you mean fail-on?`,
  );
});
