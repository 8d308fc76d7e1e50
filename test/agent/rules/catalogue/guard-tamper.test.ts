import { expect, test } from "vitest";

import { guardTamper } from "../../../../agent/rules/catalogue/guard-tamper.ts";
import { judgeRun } from "../support/judged-run.ts";

const OWN = [
  { path: "/opt/conf/policy.yml", what: "the guard's policy" },
  { path: "/opt/guard/agent", what: "part of the guard" },
  { path: "/opt/guard/node_modules", what: "part of the guard", hasCaches: true },
  { path: "/work/app/guard/policy.yml", what: "the guard's policy", isOfCheckout: true },
  { path: "/work/app/spool", what: "what the guard has yet to send" },
];

test.each([
  ["rename", "/opt/conf", "/opt/old"],
  ["rename", "/tmp/lax", "/opt/conf"],
  ["rename", "/opt/conf/policy.yml", "/tmp/gone"],
  ["rename", "/tmp/fake", "/opt/guard"],
  ["rename", "/opt/guard/agent/main.ts", "/opt/guard/gone.ts"],
  ["create", "/tmp/lax", "/opt/conf"],
  ["delete", undefined, "/opt/conf"],
  ["write", undefined, "/opt/guard/node_modules/zod/index.js"],
  ["delete", undefined, "/opt/guard/node_modules"],
] as const)(
  "a %s from %s to %s, which takes the guard's own away, is flagged",
  (operation, originalPath, path) => {
    const { exec, file, findings } = judgeRun(guardTamper, { own: OWN });
    file(exec("/usr/bin/mv", { parent: exec("/usr/bin/bash") }), {
      operation,
      path,
      ...(originalPath !== undefined && { originalPath }),
    });

    expect(findings).toMatchObject([{ severity: "critical" }]);
  },
);

test.each([
  ["rename", "/opt/confidential", "/opt/con"],
  ["create", "/opt/guard/agent/main.ts", "/usr/local/bin/runner-guard"],
  ["create", undefined, "/opt/conf"],
  ["create", undefined, "/opt/guard/node_modules/.vite-temp/vite.config.js"],
] as const)("a %s from %s to %s stays quiet", (operation, originalPath, path) => {
  const { exec, file, findings } = judgeRun(guardTamper, { own: OWN });
  file(exec("/usr/bin/mv", { parent: exec("/usr/bin/bash") }), {
    operation,
    path,
    ...(originalPath !== undefined && { originalPath }),
  });

  expect(findings).toEqual([]);
});

test.each([
  ["delete", "/work/app/guard/policy.yml", 0],
  ["delete", "/work/app/spool/1", 1],
  ["rename", "/work/app/guard", 0],
] as const)("a %s of %s by git is flagged %#", (operation, path, times) => {
  const { exec, file, findings } = judgeRun(guardTamper, { own: OWN });
  const git = exec("/usr/bin/git", { parent: exec("/usr/bin/bash") });
  file(git, { operation, path, ...(operation === "rename" && { originalPath: "/work/app/old" }) });

  expect(findings).toHaveLength(times);
});
