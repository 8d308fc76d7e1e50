import {
  mkdirSync,
  mkdtempDisposableSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { toOwnPlaces } from "../../../../agent/commands/guarding/own-places.ts";

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
      isOfCheckout: true,
    });
    expect(places).toContainEqual({ path: join(folder.path, "state"), what: "the guard's state" });
    expect(places.map(({ path }) => path)).not.toContain("/no/such/folder");
  });

  test("may come with the checkout where it is a file of it, and not where it is a folder", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "own-places-"));
    mkdirSync(join(folder.path, "spool"));
    writeFileSync(join(folder.path, "secrets"), "");
    const places = toOwnPlaces({
      config: {
        policy: undefined,
        secretsFile: join(folder.path, "secrets"),
        spoolDir: join(folder.path, "spool"),
      },
      workspace: folder.path,
    });

    expect(places.filter(({ isOfCheckout }) => isOfCheckout)).toMatchObject([
      { path: join(folder.path, "secrets") },
    ]);
    expect(places.map(({ path }) => path)).toContain(join(folder.path, "spool"));
  });

  test("is what is installed too, for a job that works elsewhere, or has no checkout", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "own-places-"));
    const installed = toInstalled(folder.path);
    for (const workspace of [join(folder.path, "checkout"), "/"]) {
      expect(toOwnPlaces({ config: NOTHING, workspace, installed })).toEqual([
        { path: join(installed, "agent"), what: "part of the guard" },
      ]);
    }
  });

  test.each([".", "guard", "guard/examples/sample-job"])(
    "is not what is installed where the checkout holds it, or lies in it: %s",
    (checkout) => {
      using folder = mkdtempDisposableSync(join(tmpdir(), "own-places-"));
      const installed = toInstalled(folder.path);
      const workspace = join(folder.path, checkout);

      expect(toOwnPlaces({ config: NOTHING, workspace, installed })).toEqual([]);
    },
  );
});

/** A guard with one of its parts. */
function toInstalled(folder: string): string {
  mkdirSync(join(folder, "guard/agent"), { recursive: true });
  return realpathSync(join(folder, "guard"));
}
