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

import { NO_KILLS } from "../../../../agent/sensor/kernel/kills.ts";
import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { observeCommand, ofKind } from "./support/observe-command.ts";

const { bpf } = requires;
const sensor = {
  kills: {
    ...NO_KILLS,
    programs: ["forbidden"],
    files: [{ name: "token" }, { name: "config", parent: ".kube" }],
  },
};
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

describe.skipIf(!bpf.available)(`a program that is forbidden${bpf.note}`, () => {
  test("ends before its first instruction", async () => {
    const path = make("forbidden");
    const observed = await observeCommand([path], { sensor });
    expect(observed.exit).toEqual({ code: null, signal: "SIGKILL" });
    expect(observed.records).toEqual([]);
    expect(ofKind(observed, "exec")).toMatchObject([{ executable: path, killed: true }]);
  });

  test("does so when it is run by a link, or is a script", async () => {
    const link = join(directory, "forbidden");
    symlinkSync(make("innocent"), link);
    expect((await observeCommand([link], { sensor })).exit.signal).toBe("SIGKILL");
    rmSync(link);
    const done = join(directory, "done");
    writeFileSync(link, `#!/bin/sh\ntouch ${done}\n`, { mode: 0o755 });
    expect((await observeCommand([link], { sensor })).exit.signal).toBe("SIGKILL");
    expect(existsSync(done)).toBe(false);
  });

  test.for(["forbidden2", "forbidde", "x".repeat(200)])("%s is another one", async (name) => {
    const observed = await observeCommand([make(name)], { sensor });
    expect(observed.exit.code).toBe(0);
    expect(ofKind(observed, "exec")[0]).not.toHaveProperty("killed");
  });

  test("of somebody else runs", async () => {
    const path = make("forbidden");
    const observed = await observeCommand(["/bin/true"], {
      sensor,
      meanwhile: async () => {
        expect((await observeCommand([path])).records).toHaveLength(1);
      },
    });
    expect(observed.exit.code).toBe(0);
  });
});

describe.skipIf(!bpf.available)(`a file that is denied${bpf.note}`, () => {
  test("ends who opens it to read", async () => {
    const path = join(directory, "token");
    writeFileSync(path, "worth stealing");
    const copy = join(directory, "copy");
    const observed = await observeCommand(["/bin/cp", path, copy], { sensor });
    expect(observed.exit.signal).toBe("SIGKILL");
    expect(existsSync(copy)).toBe(false);
    expect(ofKind(observed, "file-read")).toMatchObject([{ path, killed: true }]);
  });

  test("ends who opens it to write, with nothing written", async () => {
    mkdirSync(join(directory, ".kube"));
    const path = join(directory, ".kube/config");
    writeFileSync(path, "as it was");
    const observed = await observeCommand(["/bin/sh", "-c", `exec echo changed >> ${path}`], {
      sensor,
    });
    expect(observed.exit.signal).toBe("SIGKILL");
    expect(readFileSync(path, "utf8")).toBe("as it was");
    expect(ofKind(observed, "file")).toMatchObject([{ path, operation: "write", killed: true }]);
  });

  test("in another directory is another file", async () => {
    const path = join(directory, "config");
    writeFileSync(path, "");
    const observed = await observeCommand(["/bin/cat", path], { sensor });
    expect(observed.exit.code).toBe(0);
  });
});
