import { expect, test } from "vitest";

import { withoutFalseExcuses } from "../../../../agent/rules/facts/excuses.ts";
import { toProgramFacts } from "../../../../agent/rules/facts/program-facts.ts";
import {
  COMPILER,
  DOWNLOADER,
  FORMATTER,
  VERSION_CONTROL,
} from "../../../../agent/rules/facts/traits.ts";

const place = { workspace: "/work/app", home: "/root", guardPid: 1, scope: "command" } as const;

function traitsOf(executable: string, args: readonly string[] = []): number {
  const program = toProgramFacts({
    kind: "exec",
    at: 0,
    process: { pid: 2, startTicks: 2 },
    parent: { pid: 1, startTicks: 1 },
    executable,
    args: [executable, ...args],
    argsTruncated: false,
    workingDirectory: place.workspace,
    userId: 0,
    groupId: 0,
    image: "file",
    environment: {},
    origin: "live",
  });
  return withoutFalseExcuses(program, { place }).traits;
}

test.each([
  ["/usr/bin/git", [], VERSION_CONTROL, true],
  ["/opt/conda/bin/git", [], VERSION_CONTROL, true],
  ["/tmp/git", [], VERSION_CONTROL, false],
  ["/root/.hidden/git", [], VERSION_CONTROL, false],
  ["/work/app/tools/git", [], VERSION_CONTROL, false],
  ["/work/app/toolchain/gcc", [], COMPILER, true],
  ["/dev/shm/gcc", [], COMPILER, false],
  ["/usr/bin/node", ["node_modules/eslint/bin/eslint.js"], FORMATTER, true],
  ["/usr/bin/node", ["/tmp/eslint.js"], FORMATTER, false],
  // What speaks against a program is said wherever it lies.
  ["/tmp/curl", [], DOWNLOADER, true],
] as const)("%s %j keeps the trait %i: %s", (executable, args, trait, isKept) => {
  expect((traitsOf(executable, args) & trait) !== 0).toBe(isKept);
});
