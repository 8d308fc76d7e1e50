import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { FileOperation } from "../../../../protocol/index.ts";
import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { changesUnder, type FileChange } from "./support/file-changes.ts";
import { type ObservedCommand, ofKind } from "./support/observe-command.ts";
import { useStandingSensor } from "./support/standing-sensor.ts";

const { bpf } = requires;
const isX64 = process.arch === "x64";
const ENOSYS = 38;

let directory = "";

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "files-")));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const changes = (observed: ObservedCommand): FileChange[] => changesUnder(directory, observed);

describe.skipIf(!bpf.available)(`opening files${bpf.note}`, () => {
  const observe = useStandingSensor();
  const openWrite = (...args: string[]): Promise<ObservedCommand> =>
    observe([buildProgram("open-write"), ...args]);

  test.for([
    "open",
    "openat",
    "openat2",
    "dirfd",
    "chdir",
    ...(isX64 ? ["int80-open", "int80-openat"] : []),
  ])("a file made by %s is seen by its whole path", async (way, { skip }) => {
    const path = join(directory, "made");
    const observed = await openWrite(way, path, "create", "write");
    skip(observed.records[0]?.errno === ENOSYS && way.startsWith("int80"), "no 32-bit calls");
    expect(changes(observed)).toEqual([{ path, operation: "create" }]);
    expect(ofKind(observed, "file")[0]?.process.pid).toBe(observed.pid);
  });

  test.for(["creat", ...(isX64 ? ["int80-creat"] : [])])(
    "%s makes one, and empties one that is there",
    async (way, { skip }) => {
      const path = join(directory, "made");
      const observed = await openWrite(way, path);
      skip(observed.records[0]?.errno === ENOSYS && way.startsWith("int80"), "no 32-bit calls");
      expect(changes(observed)).toEqual([{ path, operation: "create" }]);
      expect(changes(await openWrite(way, path))).toEqual([{ path, operation: "write" }]);
    },
  );

  test.for([
    [["both"], "write"],
    [["append"], "write"],
    [["truncate"], "write"],
    [["read", "truncate"], "write"],
    [["create"], "write"],
  ] as const)("one that is there and opened with %j is seen", async ([flags, operation]) => {
    const path = join(directory, "there");
    writeFileSync(path, "before");
    expect(changes(await openWrite("openat", path, ...flags))).toEqual([{ path, operation }]);
  });

  test("one that is made by opening it for reading is seen", async () => {
    const path = join(directory, "made");
    expect(changes(await openWrite("openat", path, "read", "create"))).toEqual([
      { path, operation: "create" },
    ]);
  });

  test("one that is only read, or only named, is nothing to report", async () => {
    const path = join(directory, "there");
    writeFileSync(path, "before");
    expect(changes(await openWrite("openat", path, "read"))).toEqual([]);
    expect(changes(await openWrite("openat", path, "path"))).toEqual([]);
  });

  test("one that could not be opened is nothing to report", async () => {
    const observed = await openWrite("openat", join(directory, "missing", "file"), "create");
    expect(observed.exit.code).toBe(1);
    expect(changes(observed)).toEqual([]);
  });

  test("one without a name is seen in its directory", async () => {
    const observed = await openWrite("openat", directory, "tmpfile", "write");
    expect(changes(observed)).toMatchObject([
      { path: expect.stringMatching(new RegExp(`^${directory}/#\\d+$`, "u")) },
    ]);
  });

  test("one behind a symbolic link is told by where it is", async () => {
    const path = join(directory, "real");
    writeFileSync(path, "");
    symlinkSync(path, join(directory, "link"));
    expect(changes(await openWrite("open", join(directory, "link")))).toEqual([
      { path, operation: "write" },
    ]);
  });

  test("one under a name with `..` and `//` is told by where it is", async () => {
    mkdirSync(join(directory, "sub"));
    const observed = await openWrite("open", `${directory}/sub/..//sub/./made`, "create");
    expect(changes(observed)).toEqual([{ path: join(directory, "sub/made"), operation: "create" }]);
  });

  test("one that is opened by its handle is told by its path", async ({ skip }) => {
    const path = join(directory, "there");
    writeFileSync(path, "");
    const observed = await observe([buildProgram("open-by-handle"), path]);
    skip(observed.exit.code !== 0, "files have no handles here");
    expect(changes(observed)).toEqual([{ path, operation: "write" }]);
  });

  test("devices and pipes keep nothing, so they are not reported", async () => {
    const observed = await observe(
      ["/bin/sh", "-c", "echo >/dev/null; echo | cat >/dev/zero; echo >/dev/full"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    expect(ofKind(observed, "file")).toEqual([]);
  });

  test("one in a directory 200 levels deep is told in full", async () => {
    const observed = await observe([buildProgram("deep-path"), directory, "200", "level"]);
    const path = `${directory}${"/level".repeat(200)}/leaf`;
    expect(changes(observed)).toEqual([
      { path, operation: "create" },
      { path, operation: "delete" },
    ]);
  });

  test("one whose path has 3,900 bytes is told in full", async () => {
    const name = "n".repeat(200);
    const observed = await observe([buildProgram("deep-path"), directory, "19", name]);
    const path = `${directory}${`/${name}`.repeat(19)}/leaf`;
    expect(changes(observed).map((change) => change.path)).toEqual([path, path]);
  });

  test("one whose path is longer than a path may be keeps its end", async () => {
    const name = "n".repeat(200);
    const observed = await observe([buildProgram("deep-path"), directory, "40", name]);
    const [made] = ofKind(observed, "file");
    expect(made).toMatchObject({ operation: "create" });
    expect(made?.path).toMatch(/^\?(?:\/n{200}){19,20}\/leaf$/u);
  });

  test("names made to break their readers come as they are", async () => {
    const observed = await observe([buildProgram("odd-names"), directory, "/bin/true"]);
    const did = observed.records.filter(({ did: deed }) => deed !== "exec");
    const toldOf = (operation: FileOperation): string[] =>
      changes(observed)
        .filter((change) => change.operation === operation)
        .map(({ path }) => path);
    for (const operation of ["create", "rename", "delete"] as const) {
      for (const { path } of did.filter((one) => one.did === operation)) {
        const expected = Buffer.from(String(path), "latin1").toString("utf8");
        expect(toldOf(operation)).toContain(expected);
      }
    }
  });

  test("one in another mount namespace is told by its path there", async () => {
    const script = `mount -t tmpfs none ${directory} && mkdir ${directory}/sub && echo >${directory}/sub/made`;
    const observed = await observe(["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script]);
    expect(observed.exit.code).toBe(0);
    expect(changes(observed)).toEqual([{ path: join(directory, "sub/made"), operation: "create" }]);
  });
});
