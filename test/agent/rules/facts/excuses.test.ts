import { expect, test } from "vitest";

import type { ExecObservation } from "../../../../agent/observation.ts";
import { createActors } from "../../../../agent/rules/facts/actors.ts";
import { withoutFalseExcuses } from "../../../../agent/rules/facts/excuses.ts";
import { toProgramFacts } from "../../../../agent/rules/facts/program-facts.ts";
import {
  COMPILER,
  DOWNLOADER,
  FORMATTER,
  RUNNER,
  VERSION_CONTROL,
} from "../../../../agent/rules/facts/traits.ts";
import { createWrittenFiles } from "../../../../agent/rules/facts/written-files.ts";

const place = { workspace: "/work/app", home: "/root", guardPid: 1, scope: "command" } as const;

function toExec(executable: string, args: readonly string[] = []): ExecObservation {
  return {
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
  };
}

function traitsOf(
  executable: string,
  args: readonly string[] = [],
  files = createWrittenFiles({ maxFiles: 8 }),
): number {
  const facts = { place, files, wasThere: (path: string) => path.startsWith("/root/miniconda3/") };
  return withoutFalseExcuses(toProgramFacts(toExec(executable, args)), facts).traits;
}

test.each([
  ["/usr/bin/git", [], VERSION_CONTROL, true],
  ["/opt/conda/bin/git", [], VERSION_CONTROL, true],
  ["/tmp/git", [], VERSION_CONTROL, false],
  ["/root/.hidden/git", [], VERSION_CONTROL, false],
  ["/work/app/tools/git", [], VERSION_CONTROL, false],
  ["/root/bin/git", [], VERSION_CONTROL, false],
  ["/root/.local/bin/git", [], VERSION_CONTROL, false],
  ["/root/miniconda3/bin/git", [], VERSION_CONTROL, true],
  ["/root/actions-runner/bin/Runner.Worker", [], RUNNER, true],
  ["/root/.cargo/bin/rustc", [], COMPILER, true],
  ["/work/app/toolchain/gcc", [], COMPILER, true],
  ["/dev/shm/gcc", [], COMPILER, false],
  ["/usr/bin/node", ["node_modules/eslint/bin/eslint.js"], FORMATTER, true],
  ["/usr/bin/node", ["/tmp/eslint.js"], FORMATTER, false],
  // What speaks against a program is said wherever it lies.
  ["/tmp/curl", [], DOWNLOADER, true],
] as const)("%s %j keeps the trait %i: %s", (executable, args, trait, isKept) => {
  expect((traitsOf(executable, args) & trait) !== 0).toBe(isKept);
});

test.each([
  ["/usr/bin/git", "/usr/bin/dpkg", true],
  ["/usr/bin/git", "/usr/bin/cp", false],
  // What calls itself one where no system puts it installs nothing for it.
  ["/usr/bin/git", "/root/bin/dpkg", false],
  ["/root/miniconda3/bin/git", "/usr/bin/cp", false],
])("%s as %s wrote it in this run keeps its excuse: %s", (path, writer, isKept) => {
  const files = createWrittenFiles({ maxFiles: 8 });
  const actors = createActors({
    maxActors: 8,
    toId: ({ pid }) => String(pid),
    stepOf: () => undefined,
    toProgram: toProgramFacts,
  });
  const exec = toExec(writer);
  actors.exec(exec);
  const { process, at } = exec;
  files.note({ kind: "file", at, process, operation: "create", path }, actors.find(process, at));

  expect((traitsOf(path, [], files) & VERSION_CONTROL) !== 0).toBe(isKept);
});
