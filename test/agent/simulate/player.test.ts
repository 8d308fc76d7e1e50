import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

const PLAYER = resolve("agent/simulate/player.ts");
const START = resolve("agent/start.mjs");
const EXIT_UNGUARDED = 77;

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "player-"));
  mkdirSync(join(folder, "stage"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("nothing is played", () => {
  test("by itself", () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [PLAYER, "miner", join(folder, "stage"), "1"],
      {
        encoding: "utf8",
      },
    );

    expect({ status, begun: existsSync(join(folder, "begun")) }).toEqual({
      status: EXIT_UNGUARDED,
      begun: false,
    });
    expect(stderr).toContain("not the child of a guard with a kernel sensor");
  });

  test("below what has the command line and the program of a guard, and watches nothing", () => {
    const imitation = join(folder, "imitation.mjs");
    writeFileSync(
      imitation,
      `import { spawnSync } from "node:child_process";
      const { status } = spawnSync(process.execPath, ${JSON.stringify([PLAYER, "miner", join(folder, "stage"), "1"])});
      process.exitCode = status;`,
    );
    const { status } = spawnSync(process.execPath, [imitation, START, "run"]);

    expect({ status, begun: existsSync(join(folder, "begun")) }).toEqual({
      status: EXIT_UNGUARDED,
      begun: false,
    });
  });
});
