import { mkdirSync, mkdtempDisposableSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { describe, expect, test } from "vitest";

import { toOwnPlaces } from "../../../../agent/commands/guarding/own-places.ts";

const INSTALLED = resolve(import.meta.dirname, "../../../..");
const NOTHING = { policy: undefined, secretsFile: undefined, spoolDir: undefined };

describe("what the guard goes by", () => {
  test("is where it really is, whatever link leads to it, and only what is there", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "own-places-"));
    mkdirSync(join(folder.path, "state"));
    writeFileSync(join(folder.path, "policy.yml"), "");
    symlinkSync("policy.yml", join(folder.path, "link.yml"));
    const places = toOwnPlaces({
      config: { ...NOTHING, policy: join(folder.path, "link.yml"), spoolDir: "/no/such/folder" },
      stateDirectory: join(folder.path, "state"),
      workspace: folder.path,
    });

    expect(places).toContainEqual({
      path: join(folder.path, "policy.yml"),
      what: "the guard's policy",
    });
    expect(places).toContainEqual({ path: join(folder.path, "state"), what: "the guard's state" });
    expect(places.map(({ path }) => path)).not.toContain("/no/such/folder");
  });

  test("is what is installed too, for a job that works elsewhere, or has no checkout", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "own-places-"));
    for (const workspace of [folder.path, "/"]) {
      expect(toOwnPlaces({ config: NOTHING, workspace })).toContainEqual({
        path: join(INSTALLED, "agent"),
        what: "part of the guard",
      });
    }
  });

  test.each([INSTALLED, resolve(INSTALLED, ".."), join(INSTALLED, "examples/sample-job")])(
    "is not what is installed where the checkout holds it, or lies in it: %#",
    (workspace) => {
      expect(toOwnPlaces({ config: NOTHING, workspace })).toEqual([]);
    },
  );
});
