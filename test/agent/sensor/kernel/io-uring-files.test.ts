import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { changesUnder, type FileChange } from "./support/file-changes.ts";
import { observeCommand, type ObservedCommand, ofKind } from "./support/observe-command.ts";

const { bpf } = requires;
/** What fixture program io-uring ends with where the kernel has none. */
const NO_IO_URING = 3;

let directory = "";

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "files-")));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const changes = (observed: ObservedCommand): FileChange[] => changesUnder(directory, observed);

const uring = (way: string, ...args: string[]): Promise<ObservedCommand> =>
  observeCommand([buildProgram("io-uring"), way, ...args]);

describe.skipIf(!bpf.available)(`files by io_uring${bpf.note}`, () => {
  const ways = ["plain", "worker", "polled"];
  test.for(ways.flatMap((way) => ["openat", "openat2"].map((deed) => ({ way, deed }))))(
    "a file made by $deed ($way) is seen",
    async ({ way, deed }, { skip }) => {
      const path = join(directory, "made");
      const observed = await uring(way, deed, path);
      skip(observed.exit.code === NO_IO_URING, "io_uring is switched off here");
      expect(changes(observed)).toEqual([{ path, operation: "create" }]);
      expect(ofKind(observed, "file")[0]?.process.pid).toBe(observed.pid);
    },
  );

  test.for(ways)("renaming, linking and deleting (%s) are seen", async (way, { skip }) => {
    const [from, to] = [join(directory, "from"), join(directory, "to")];
    writeFileSync(from, "");
    const linked = await uring(way, "linkat", from, to);
    skip(linked.exit.code === NO_IO_URING, "io_uring is switched off here");
    expect(changes(linked)).toEqual([{ path: to, operation: "create", originalPath: from }]);
    expect(changes(await uring(way, "unlinkat", to))).toEqual([{ path: to, operation: "delete" }]);
    expect(changes(await uring(way, "symlinkat", from, to))).toEqual([
      { path: to, operation: "create", originalPath: from },
    ]);
    rmSync(to);
    expect(changes(await uring(way, "renameat", from, to))).toEqual([
      { path: to, operation: "rename", originalPath: from },
    ]);
  });
});
