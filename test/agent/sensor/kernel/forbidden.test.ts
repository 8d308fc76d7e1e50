import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type ForbiddenPath, NO_KILLS } from "../../../../agent/sensor/kernel/kills.ts";
import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { observeCommand, ofKind } from "./support/observe-command.ts";

const { bpf } = requires;
/** Files as the kernel is told to forbid them; the folder is a test's own. */
const forbid = (paths: readonly ForbiddenPath[]) => ({
  sensor: { kills: { ...NO_KILLS, programs: ["forbidden"], paths } },
});
const byName = forbid([]);
let directory = "";

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "forbidden-")));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function make(name: string): string {
  const path = join(directory, name);
  copyFileSync(buildProgram("wait"), path);
  chmodSync(path, 0o755);
  return path;
}

function write(name: string): string {
  const path = join(directory, name);
  writeFileSync(path, "as it was");
  return path;
}

function append(path: string): string[] {
  return ["/bin/sh", "-c", `exec echo changed >> ${path}`];
}

describe.skipIf(!bpf.available)(`a program that is forbidden${bpf.note}`, () => {
  test.for(["name", "path"])("by its %s ends before its first instruction", async (way) => {
    const path = make(way === "name" ? "forbidden" : "program");
    const options = way === "name" ? byName : forbid([{ path, deed: "run" }]);
    const observed = await observeCommand([path], options);
    expect(observed.exit).toEqual({ code: null, signal: "SIGKILL" });
    expect(observed.records).toEqual([]);
    expect(ofKind(observed, "exec")).toMatchObject([{ executable: path, killed: true }]);
  });

  test("does so when it is run by a link, as what it is", async () => {
    const link = join(directory, "innocent");
    symlinkSync(make("forbidden"), link);
    const observed = await observeCommand([link], byName);
    expect(observed.exit.signal).toBe("SIGKILL");
    expect(ofKind(observed, "exec")).toMatchObject([{ executable: make("forbidden") }]);
  });

  test("is not the name that another one is asked for by", async () => {
    const link = join(directory, "forbidden");
    symlinkSync(make("innocent"), link);
    expect((await observeCommand([link], byName)).exit.code).toBe(0);
  });

  test.for(["read", "change"] as const)("to %s may be run", async (deed) => {
    const path = make("innocent");
    expect((await observeCommand([path], forbid([{ path, deed }]))).exit.code).toBe(0);
  });

  test.for(["forbidden2", "forbidde", "x".repeat(200)])("%s is another one", async (name) => {
    const observed = await observeCommand([make(name)], byName);
    expect(observed.exit.code).toBe(0);
    expect(ofKind(observed, "exec")[0]).not.toHaveProperty("killed");
  });

  test("of somebody else runs", async () => {
    const path = make("forbidden");
    const observed = await observeCommand(["/bin/true"], {
      ...byName,
      meanwhile: async () => {
        expect((await observeCommand([path])).records).toHaveLength(1);
      },
    });
    expect(observed.exit.code).toBe(0);
  });
});

describe.skipIf(!bpf.available)(`a file that is forbidden${bpf.note}`, () => {
  test("to read ends who opens it", async () => {
    const path = write("token");
    const copy = join(directory, "copy");
    const options = forbid([{ path, deed: "read" }]);
    const observed = await observeCommand(["/bin/cp", path, copy], options);
    expect(observed.exit.signal).toBe("SIGKILL");
    expect(existsSync(copy)).toBe(false);
    expect(ofKind(observed, "file-read")).toMatchObject([{ path, killed: true }]);
  });

  test("ends who opens it by a link, and says which it is", async () => {
    const path = write("token");
    symlinkSync(path, join(directory, "link"));
    const options = forbid([{ path, deed: "read" }]);
    const observed = await observeCommand(["/bin/cat", join(directory, "link")], options);
    expect(observed.exit.signal).toBe("SIGKILL");
    expect(observed.stdout).toBe("");
    expect(ofKind(observed, "file-read")).toMatchObject([{ path, killed: true }]);
  });

  test("to change ends who opens it to write, with nothing written", async () => {
    const path = write("config");
    const observed = await observeCommand(append(path), forbid([{ path, deed: "change" }]));
    expect(observed.exit.signal).toBe("SIGKILL");
    expect(readFileSync(path, "utf8")).toBe("as it was");
    expect(ofKind(observed, "file")).toMatchObject([{ path, operation: "write", killed: true }]);
  });

  test("is another one in another folder, and for another deed", async () => {
    mkdirSync(join(directory, "other"));
    const path = write("config");
    const other = write("other/config");
    const changed = await observeCommand(append(path), forbid([{ path, deed: "read" }]));
    expect(changed.exit.code).toBe(0);
    const read = await observeCommand(["/bin/cat", path], forbid([{ path, deed: "change" }]));
    expect(read.exit.code).toBe(0);
    const elsewhere = await observeCommand(["/bin/cat", other], forbid([{ path, deed: "read" }]));
    expect(elsewhere.exit.code).toBe(0);
    expect(ofKind(elsewhere, "file-read")).toEqual([]);
  });
});
