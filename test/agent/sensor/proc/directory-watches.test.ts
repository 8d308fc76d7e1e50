import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test, vi } from "vitest";

import { createDirectoryWatches } from "../../../../agent/sensor/proc/directory-watches.ts";
import { observeProc } from "./observed-sensor.ts";

const DEADLINE = { timeout: 30_000, interval: 10 };

test("tells of files that appear, change and go below a protected directory", async () => {
  const { directory, changes } = watchDirectory({ protect: "hooks", existing: ["hooks"] });
  writeFileSync(join(directory, "hooks", "pre-push"), "1");
  await vi.waitFor(() => expect(changes).toContain("create hooks/pre-push"), DEADLINE);
  writeFileSync(join(directory, "hooks", "pre-push"), "2");
  await vi.waitFor(() => expect(changes).toContain("write hooks/pre-push"), DEADLINE);
  rmSync(join(directory, "hooks", "pre-push"));

  await vi.waitFor(() => expect(changes).toContain("delete hooks/pre-push"), DEADLINE);
});

test("reaches into directories that were there, and into such as come later", async () => {
  const { directory, changes } = watchDirectory({ protect: "hooks", existing: ["hooks/old"] });
  writeFileSync(join(directory, "hooks", "old", "a"), "");
  await vi.waitFor(() => expect(changes).toContain("create hooks/old/a"), DEADLINE);
  const prepared = join(directory, "prepared");
  mkdirSync(prepared);
  writeFileSync(join(prepared, "b"), "");
  renameSync(prepared, join(directory, "hooks", "new"));

  await vi.waitFor(() => expect(changes).toContain("create hooks/new/b"), DEADLINE);
});

test("waits for a path that does not exist yet", async () => {
  const { directory, changes } = watchDirectory({ protect: ".git/hooks", existing: [] });
  mkdirSync(join(directory, ".git"));
  mkdirSync(join(directory, ".git", "hooks"));
  writeFileSync(join(directory, ".git", "hooks", "post-checkout"), "");

  await vi.waitFor(() => expect(changes).toContain("create .git/hooks/post-checkout"), DEADLINE);
});

test("tells of a protected file and of nothing beside it", async () => {
  const { directory, changes } = watchDirectory({ protect: "package.json", existing: [] });
  writeFileSync(join(directory, "other.json"), "");
  writeFileSync(join(directory, "package.json"), "");
  await vi.waitFor(() => expect(changes).toContain("create package.json"), DEADLINE);

  expect(changes.filter((change) => change.includes("other"))).toEqual([]);
});

test("follows the path and not the directory that was moved away from it", async () => {
  const { directory, changes } = watchDirectory({ protect: "hooks", existing: ["hooks", "evil"] });
  renameSync(join(directory, "hooks"), join(directory, "away"));
  renameSync(join(directory, "evil"), join(directory, "hooks"));
  await vi.waitFor(() => expect(changes).not.toEqual([]), DEADLINE);
  writeFileSync(join(directory, "hooks", "pre-commit"), "");

  await vi.waitFor(() => expect(changes).toContain("create hooks/pre-commit"), DEADLINE);
  expect(changes.filter((change) => change.includes("hooks/hooks"))).toEqual([]);
});

test("tells when the protected directory itself goes, and watches the next of that name", async () => {
  const { directory, changes } = watchDirectory({ protect: "hooks", existing: ["hooks"] });
  rmSync(join(directory, "hooks"), { recursive: true });
  await vi.waitFor(() => expect(changes).toContain("delete hooks"), DEADLINE);
  mkdirSync(join(directory, "hooks"));
  await vi.waitFor(() => expect(changes).toContain("create hooks"), DEADLINE);
  writeFileSync(join(directory, "hooks", "late"), "");

  await vi.waitFor(() => expect(changes).toContain("create hooks/late"), DEADLINE);
});

test("counts what it has no room to watch", () => {
  const { watches } = watchDirectory({
    protect: "hooks",
    existing: ["hooks/a", "hooks/b", "hooks/c"],
    maxDirectories: 2,
  });

  expect(watches.unwatched()).toBeGreaterThan(0);
});

test("the sensor has observed what was written when its flush returns", async () => {
  const directory = makeDirectory();
  await using observed = observeProc({ protectedPaths: [directory] });
  writeFileSync(join(directory, "a\nb"), "");
  await observed.sensor.flush();

  expect(observed.ofKind("anonymous-file")).toContainEqual({
    kind: "anonymous-file",
    at: expect.any(Number),
    path: join(directory, "a\nb"),
    operation: "create",
  });
});

interface Watched {
  readonly protect: string;
  readonly existing: readonly string[];
  readonly maxDirectories?: number;
}

function watchDirectory({ protect, existing, maxDirectories = 16 }: Watched) {
  const directory = makeDirectory();
  for (const path of existing) mkdirSync(join(directory, path), { recursive: true });
  const changes: string[] = [];
  const watches = createDirectoryWatches({
    paths: [join(directory, protect)],
    maxDirectories,
    onChange: (path, operation) => changes.push(`${operation} ${path.slice(directory.length + 1)}`),
  });
  onTestFinished(() => watches[Symbol.dispose]());
  return { directory, changes, watches };
}

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "runner-guard-watch-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
