import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createLocalFiles } from "../../../../agent/files/local-files.ts";
import type { FileObservation } from "../../../../agent/observation.ts";
import type { Actor } from "../../../../agent/rules/facts/actor.ts";
import { createLiveProcesses } from "../../../../agent/rules/facts/live-processes.ts";
import { toProgramFacts } from "../../../../agent/rules/facts/program-facts.ts";
import { createSourceChanges } from "../../../../agent/rules/facts/source-changes.ts";

const live = createLiveProcesses({
  root: "/proc",
  findSocket: () => undefined,
  files: createLocalFiles(),
});
const open = (path: string) => live.file(process.pid, path);
let workspace = "";
let source = "";

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), "sources-"));
  source = join(workspace, "main.c");
  writeFileSync(source, "before\n");
  execFileSync("git", ["init", "-q", workspace]);
  execFileSync("git", ["-C", workspace, "add", "main.c"]);
});

afterEach(() => {
  rmSync(workspace, { recursive: true, force: true });
});

test("a file that a build saw changed and that holds what it held before is told once", () => {
  const sources = createSourceChanges({ workspace, open, maxFiles: 4 });
  change(sources, "after\n", "sed");
  sources.noteExec(toActor("gcc"));
  expect(sources.takeRestored()).toEqual([]);

  change(sources, "before\n", "mv");
  expect(sources.takeRestored()).toMatchObject([
    { path: source, actor: { program: { name: "sed" } } },
  ]);
  expect(sources.takeRestored()).toEqual([]);
});

test("a file that was put in its place is judged then, also where the build is over before anybody looks", () => {
  const sources = createSourceChanges({ workspace, open, maxFiles: 4 });
  writeFileSync(source, "after\n");
  sources.note(opened(source, "rename"), source, toActor("mv"));
  writeFileSync(source, "before\n");
  sources.noteExec(toActor("gcc"));
  expect(sources.takeRestored()).toEqual([]);

  sources.note(opened(source, "rename"), source, toActor("cp"));
  expect(sources.takeRestored()).toMatchObject([{ actor: { program: { name: "mv" } } }]);
});

test("one that was put back before the build is not", () => {
  const sources = createSourceChanges({ workspace, open, maxFiles: 4 });
  for (const text of ["after\n", "before\n"]) {
    writeFileSync(source, text);
    sources.note(opened(source, "rename"), source, toActor("mv"));
  }
  sources.noteExec(toActor("gcc"));
  sources.note(opened(source, "rename"), source, toActor("cp"));

  expect(sources.takeRestored()).toEqual([]);
});

test("without a build in between, by the version control, or with another content it is not", () => {
  const sources = createSourceChanges({ workspace, open, maxFiles: 4 });
  change(sources, "after\n", "sed");
  change(sources, "before\n", "mv");
  expect(sources.takeRestored()).toEqual([]);

  change(sources, "after\n", "sed");
  sources.noteExec(toActor("gcc"));
  change(sources, "third\n", "mv");
  expect(sources.takeRestored()).toEqual([]);

  change(sources, "before\n", "git");
  expect(sources.takeRestored()).toEqual([]);
});

test("what the version control does not know is no source", () => {
  const sources = createSourceChanges({ workspace, open, maxFiles: 4 });
  const path = join(workspace, "main.o");
  sources.note(opened(path), path, toActor("sed"));

  expect(sources.of(path)).toBeUndefined();
});

function change(sources: ReturnType<typeof createSourceChanges>, text: string, by: string): void {
  writeFileSync(source, text);
  sources.note(opened(source), source, toActor(by));
}

function opened(path: string, operation: FileObservation["operation"] = "write"): FileObservation {
  return { kind: "file", at: 0, process: { pid: 1, startTicks: 1 }, path, operation };
}

function toActor(name: string): Actor {
  const process = { pid: 1, startTicks: 1 };
  const program = toProgramFacts({
    kind: "exec",
    at: 0,
    process,
    parent: process,
    executable: `/usr/bin/${name}`,
    args: [name],
    argsTruncated: false,
    workingDirectory: "/",
    userId: 0,
    groupId: 0,
    image: "file",
    environment: {},
    origin: "live",
  });
  return {
    ref: process,
    id: "1-1",
    parent: undefined,
    depth: 0,
    step: undefined,
    startedAt: 0,
    endedAt: undefined,
    program,
    hasExecuted: true,
  };
}
