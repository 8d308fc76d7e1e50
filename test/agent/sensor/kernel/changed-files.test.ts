import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { changesUnder, type FileChange } from "./support/file-changes.ts";
import { type ObservedCommand } from "./support/observe-command.ts";
import { useStandingSensor } from "./support/standing-sensor.ts";

const { bpf } = requires;
const ENOSYS = 38;

let directory = "";

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "files-")));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const changes = (observed: ObservedCommand): FileChange[] => changesUnder(directory, observed);

describe.skipIf(!bpf.available)(`changing files${bpf.note}`, () => {
  const observe = useStandingSensor();
  const changeFile = (...args: string[]): Promise<ObservedCommand> =>
    observe([buildProgram("change-file"), ...args]);

  let first = "";
  let second = "";

  beforeEach(() => {
    first = join(directory, "first");
    second = join(directory, "second");
    writeFileSync(first, "before");
  });

  test.for(["rename", "renameat", "renameat2"])("%s tells both names", async (deed) => {
    expect(changes(await changeFile(deed, first, second))).toEqual([
      { path: second, operation: "rename", originalPath: first },
    ]);
  });

  test.for(["link", "linkat", "symlink", "symlinkat"])(
    "%s tells what it leads to",
    async (deed) => {
      expect(changes(await changeFile(deed, first, second))).toEqual([
        { path: second, operation: "create", originalPath: first },
      ]);
    },
  );

  test("a link to an open file tells its own name", async () => {
    expect(changes(await changeFile("link-descriptor", first, second))).toMatchObject([
      { path: second, operation: "create" },
    ]);
  });

  test("a relative symbolic link leads on from where it lies, not from where it was made", async () => {
    mkdirSync(join(directory, "sub"));
    const observed = await observe(
      [buildProgram("change-file"), "symlink", "../first", "sub/link"],
      { cwd: directory },
    );
    expect(changes(observed)).toEqual([
      { path: join(directory, "sub/link"), operation: "create", originalPath: first },
    ]);
  });

  test.for(["unlink", "unlinkat"])("%s is seen", async (deed) => {
    expect(changes(await changeFile(deed, first))).toEqual([{ path: first, operation: "delete" }]);
  });

  test.for(["truncate", "ftruncate"])("%s is seen", async (deed) => {
    const told = changes(await changeFile(deed, first));
    expect(told.length).toBeGreaterThan(0);
    expect(told.every(({ path, operation }) => path === first && operation === "write")).toBe(true);
  });

  test.for(["mknod", "mknodat", "mkfifo"])("%s is seen", async (deed) => {
    expect(changes(await changeFile(deed, second))).toEqual([
      { path: second, operation: "create" },
    ]);
  });

  test.for(["chmod", "fchmod", "fchmodat", "fchmodat2"])(
    "%s is seen when it makes a file executable, and only then",
    async (deed, { skip }) => {
      const observed = await changeFile(deed, first, "4755");
      skip(observed.records[0]?.errno === ENOSYS, "the kernel has no fchmodat2");
      expect(changes(observed)).toEqual([{ path: first, operation: "chmod", mode: 0o4755 }]);
      expect(changes(await changeFile(deed, first, "600"))).toEqual([]);
    },
  );

  test.for([
    ["mkdir", "second"],
    ["rmdir", "sub"],
    ["rmdirat", "sub"],
  ])("%s changes no file", async ([deed = "", name = ""]) => {
    mkdirSync(join(directory, "sub"));
    expect(changes(await changeFile(deed, join(directory, name)))).toEqual([]);
  });

  test("what did not come about is nothing to report", async () => {
    for (const deed of ["rename", "link"]) {
      const observed = await changeFile(deed, join(directory, "none"), second);
      expect(observed.exit.code).toBe(1);
      expect(changes(observed)).toEqual([]);
    }
    expect(changes(await changeFile("unlink", second))).toEqual([]);
  });

  test("relative names are joined with the working directory", async () => {
    const cwd = join(directory, "sub");
    mkdirSync(cwd);
    linkSync(first, join(cwd, "first"));
    const observed = await observe(
      [buildProgram("change-file"), "rename", "./first", "../sub/../second"],
      { cwd },
    );
    expect(changes(observed)).toEqual([
      { path: second, operation: "rename", originalPath: join(cwd, "first") },
    ]);
  });

  test("a name that leads through a symbolic link is told as it was given", async () => {
    const target = join(directory, "target");
    mkdirSync(target);
    symlinkSync(target, join(directory, "link"));
    const given = join(directory, "link/second");
    expect(changes(await changeFile("rename", first, given))).toEqual([
      { path: given, operation: "rename", originalPath: first },
    ]);
  });

  test("names are told from the machine's root, also by who has another one", async () => {
    const observed = await observe([
      "/usr/bin/env",
      "perl",
      "-e",
      "chroot $ARGV[0]; chdir '/'; rename '/first', '/../second'; open F, '>', '/third'; unlink 'third'",
      directory,
    ]);
    expect(changes(observed)).toEqual([
      { path: second, operation: "rename", originalPath: first },
      { path: join(directory, "third"), operation: "create" },
      { path: join(directory, "third"), operation: "delete" },
    ]);
  });
});
