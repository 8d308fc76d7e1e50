import { expect, test } from "vitest";

import type { ExecObservation } from "../../../../agent/observation.ts";
import { createActors } from "../../../../agent/rules/facts/actors.ts";
import { createConnected } from "../../../../agent/rules/facts/connected.ts";
import { withoutFalseExcuses } from "../../../../agent/rules/facts/excuses.ts";
import { createFetches } from "../../../../agent/rules/facts/fetches.ts";
import { createPipes } from "../../../../agent/rules/facts/pipes.ts";
import { toProgramFacts } from "../../../../agent/rules/facts/program-facts.ts";
import {
  BROWSER,
  COMPILER,
  CONTAINER_CLIENT,
  DOWNLOADER,
  ENGINE_TOOL,
  FORMATTER,
  RUNNER,
  SANDBOX,
  SSH_CLIENT,
  SYSTEM_PACKAGE_MANAGER,
  VERSION_CONTROL,
} from "../../../../agent/rules/facts/traits.ts";
import type { Presence } from "../../../../agent/rules/facts/was-there.ts";
import {
  createWrittenFiles,
  type WrittenFiles,
} from "../../../../agent/rules/facts/written-files.ts";

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

const BEFORE = ["/root/miniconda3/", "/root/actions-runner/", "/opt/conda/", "/usr/"];
const wasThere = (path: string) =>
  BEFORE.some((folder) => path.startsWith(folder)) ? "before" : "since";

const NOTHING_KNOWN = {
  connected: createConnected(),
  pipes: createPipes({ maxPipes: 8 }),
  fetches: createFetches({ maxShells: 8 }),
};

interface Options {
  readonly args?: readonly string[];
  readonly files?: WrittenFiles;
  readonly wasThere?: (path: string) => Presence;
}

function traitsOf(executable: string, options: Options = {}): number {
  const { args = [], ...facts } = options;
  const files = createWrittenFiles({ maxFiles: 8 });
  return withoutFalseExcuses(toProgramFacts(toExec(executable, args)), {
    place,
    ...NOTHING_KNOWN,
    files,
    wasThere,
    ...facts,
  }).traits;
}

interface Writing {
  readonly maxFiles?: number;
  readonly args?: readonly string[];
  /** Of what was written before. */
  readonly files?: WrittenFiles;
}

/** Files that a program of this run wrote to. */
function writtenBy(
  writer: string,
  { maxFiles = 8, args = [], files = createWrittenFiles({ maxFiles }) }: Writing = {},
) {
  const actors = createActors({
    maxActors: 8,
    toId: ({ pid }) => String(pid),
    stepOf: () => undefined,
    toProgram: (seen) =>
      withoutFalseExcuses(toProgramFacts(seen), { ...NOTHING_KNOWN, place, files, wasThere }),
  });
  const exec = toExec(writer, args);
  actors.exec(exec);
  const { process, at } = exec;
  const actor = actors.find(process, at);
  return {
    files,
    create: (path: string) =>
      files.note({ kind: "file", at, process, operation: "create", path }, actor),
    rename: (originalPath: string, path: string) =>
      files.note({ kind: "file", at, process, operation: "rename", path, originalPath }, actor),
  };
}

test.each([
  ["/usr/bin/git", [], VERSION_CONTROL, true],
  ["/opt/conda/bin/git", [], VERSION_CONTROL, true],
  ["/opt/tools/git", [], VERSION_CONTROL, false],
  ["/opt/tools/ssh", [], SSH_CLIENT, false],
  ["/opt/tools/apt", [], SYSTEM_PACKAGE_MANAGER, false],
  ["/opt/tools/Runner.Worker", [], RUNNER, false],
  ["/tmp/git", [], VERSION_CONTROL, false],
  ["/root/.hidden/git", [], VERSION_CONTROL, false],
  ["/work/app/tools/git", [], VERSION_CONTROL, false],
  ["/root/bin/git", [], VERSION_CONTROL, false],
  ["/root/.local/bin/git", [], VERSION_CONTROL, false],
  ["/root/miniconda3/bin/git", [], VERSION_CONTROL, true],
  ["/root/actions-runner/bin/Runner.Worker", [], RUNNER, true],
  ["/root/b/Runner.Worker", [], RUNNER, false],
  ["/root/.cargo/bin/rustc", [], COMPILER, true],
  ["/work/app/toolchain/gcc", [], COMPILER, true],
  ["/dev/shm/gcc", [], COMPILER, false],
  ["/usr/bin/node", ["node_modules/eslint/bin/eslint.js"], FORMATTER, true],
  ["/usr/bin/node", ["/tmp/eslint.js"], FORMATTER, false],
  // What speaks against a program is said wherever it lies.
  ["/tmp/curl", [], DOWNLOADER, true],
] as const)("%s %j keeps the trait %i: %s", (executable, args, trait, isKept) => {
  expect((traitsOf(executable, { args }) & trait) !== 0).toBe(isKept);
});

test.each([
  ["/usr/bin/git", "/usr/bin/dpkg", true],
  ["/usr/bin/git", "/usr/bin/cp", false],
  // What calls itself one where no system puts it installs nothing for it.
  ["/usr/bin/git", "/root/bin/dpkg", false],
  ["/root/miniconda3/bin/git", "/usr/bin/cp", false],
])("%s as %s wrote it in this run keeps its excuse: %s", (path, writer, isKept) => {
  const { files, create } = writtenBy(writer);
  create(path);

  expect((traitsOf(path, { files }) & VERSION_CONTROL) !== 0).toBe(isKept);
});

test.each([
  ["/work/app/tools/prettier", "/usr/bin/cp", FORMATTER, false],
  ["/work/app/tools/gcc", "/usr/bin/x86_64-linux-gnu-ld", COMPILER, false],
  ["/work/app/node_modules/esbuild/bin/esbuild", "/usr/bin/pnpm", COMPILER, true],
  ["/opt/llvm/bin/clang", "/usr/bin/tar", COMPILER, true],
  ["/usr/bin/clang", "/usr/bin/dpkg", COMPILER, true],
  ["/root/bin/chrome", "/usr/bin/ln", BROWSER, false],
  ["/root/bin/bwrap", "/usr/bin/install", SANDBOX, false],
  ["/usr/local/bin/docker", "/usr/bin/cp", ENGINE_TOOL, false],
  ["/usr/local/bin/docker", "/usr/bin/cp", CONTAINER_CLIENT, true],
  ["/usr/bin/docker", "/usr/bin/dpkg", ENGINE_TOOL, true],
])("%s as %s made it in this run keeps the trait %i: %s", (path, writer, trait, isKept) => {
  const { files, create } = writtenBy(writer);
  create(path);

  expect((traitsOf(path, { files }) & trait) !== 0).toBe(isKept);
});

test.each([
  ["/work/app/tools/bwrap", SANDBOX, false],
  ["/work/app/node_modules/electron/dist/electron", SANDBOX, true],
  ["/opt/tools/bwrap", SANDBOX, true],
  ["/work/app/tools/prettier", FORMATTER, true],
])("%s that lay there keeps the trait %i: %s", (path, trait, isKept) => {
  expect((traitsOf(path) & trait) !== 0).toBe(isKept);
});

test.each(["/work/app/node_modules/electron/dist/electron", "/root/tree/bwrap"])(
  "%s that git wrote is no sandbox",
  (path) => {
    const { files, create } = writtenBy("/usr/bin/git");
    create(path);

    expect(traitsOf(path, { files }) & SANDBOX).toBe(0);
  },
);

test.each(["tar", "npm"])(
  "a copy of another program that is called %s installs nothing",
  (name) => {
    const { files, create } = writtenBy("/usr/bin/cp");
    create(`/work/app/${name}`);
    writtenBy(`/work/app/${name}`, { files }).create("/work/app/opt/prettier");

    expect(traitsOf("/work/app/opt/prettier", { files }) & FORMATTER).toBe(0);
  },
);

test.each([
  ["/usr/bin/tar", ["-cf", "own.tar", "prettier"], ["-xf", "own.tar"], false],
  ["/usr/bin/tar", ["-cfown.tar", "prettier"], ["-xfown.tar"], false],
  ["/usr/bin/zip", ["own.tar", "prettier"], ["own.tar"], false],
  ["/usr/bin/curl", ["-o", "own.tar"], ["--file=own.tar"], true],
  ["/usr/bin/git", ["checkout"], ["-xf", "own.tar"], true],
])(
  "what tar unpacks of an archive by %s %j counts as brought: %#",
  (maker, args, unpack, isKept) => {
    const { files, create } = writtenBy(maker, { args });
    create("/work/app/own.tar");
    writtenBy("/usr/bin/tar", { files, args: unpack }).create("/work/app/opt/prettier");

    expect((traitsOf("/work/app/opt/prettier", { files }) & FORMATTER) !== 0).toBe(isKept);
  },
);

test.each([
  [["build", "-o", "tools/prettier"], false],
  [["install", "example.org/prettier@latest"], true],
])("what go %j makes counts as brought: %s", (args, isKept) => {
  const { files, create } = writtenBy("/usr/bin/go", { args });
  create("/work/app/tools/prettier");

  expect((traitsOf("/work/app/tools/prettier", { files }) & FORMATTER) !== 0).toBe(isKept);
});

test("what a package manager brought is no job's make under the name that a script links it to", () => {
  const { files, create, rename } = writtenBy("/usr/bin/pnpm");
  create("/work/app/node_modules/@esbuild/linux-x64/bin/esbuild");
  rename("/work/app/node_modules/@esbuild/linux-x64/bin/esbuild", "/work/app/esbuild");

  expect(traitsOf("/work/app/esbuild", { files }) & COMPILER).not.toBe(0);
});

test("a folder that is renamed brings no excuse to what was written in it", () => {
  const { files, create, rename } = writtenBy("/usr/bin/cp");
  create("/root/a/Runner.Worker");
  rename("/root/a", "/root/b");

  expect(traitsOf("/root/b/Runner.Worker", { files }) & RUNNER).toBe(0);
});

test.each(["/opt/c/Runner.Worker", "/usr/bin/Runner.Worker"])(
  "%s gets no excuse by being forgotten among other files",
  (path) => {
    const { files, create } = writtenBy("/usr/bin/cp", { maxFiles: 2 });
    create(path);
    create("/work/app/1");
    create("/work/app/2");

    expect(files.find(path)).toBeUndefined();
    expect(traitsOf(path, { files, wasThere: () => "since" }) & RUNNER).toBe(0);
  },
);

test.each([
  ["/root/actions-runner/bin.2.330.0/Runner.Worker", true],
  // An action of somebody's, which the runner unpacks as well.
  ["/root/actions-runner/_work/_actions/some/action/Runner.Worker", false],
])("%s as the runner wrote it keeps its excuse: %s", (path, isKept) => {
  const { files, create } = writtenBy("/root/actions-runner/bin/Runner.Listener");
  create(path);

  expect((traitsOf(path, { files }) & RUNNER) !== 0).toBe(isKept);
  expect(traitsOf(path, { files }) & VERSION_CONTROL).toBe(0);
});

test("no file is looked at for what nothing depends on", () => {
  const asked: string[] = [];
  const note = (path: string): Presence => {
    asked.push(path);
    return "since";
  };
  traitsOf("/usr/bin/gcc", { wasThere: note });
  traitsOf("/usr/bin/git", { wasThere: note });

  expect(asked).toEqual([]);
});

test("what a container has of its own keeps its excuse, however young its files are", () => {
  const elsewhere: Options = { wasThere: () => "elsewhere" };

  expect(traitsOf("/home/runner/bin/Runner.Worker", elsewhere) & RUNNER).toBe(RUNNER);
  expect(traitsOf("/opt/conda/bin/git", elsewhere) & VERSION_CONTROL).toBe(VERSION_CONTROL);
});
