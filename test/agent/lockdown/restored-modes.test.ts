import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { restoreModes } from "../../../agent/lockdown/open-files.ts";
import type { Places } from "../../../agent/lockdown/places.ts";

const isRoot = process.getuid?.() === 0;

/** `seen`: as a guard that may look; else one that knows nothing of the file system that the file lies on. */
function places(seen: boolean): Places {
  return {
    openPlace: (path) => (seen ? tryOpen(path) : undefined),
    openFolder(path) {
      const descriptor = tryOpen(path);
      if (descriptor === undefined) return undefined;
      return {
        descriptor,
        isWhole: true,
        openEntry: () => undefined,
        [Symbol.dispose]: () => closeSync(descriptor),
      };
    },
  };
}

function tryOpen(path: string): number | undefined {
  try {
    return openSync(path, 0o10000000);
  } catch {
    return undefined;
  }
}

function makeLocked() {
  const folder = mkdtempSync(join(tmpdir(), "restored-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "sudo");
  writeFileSync(path, "");
  chmodSync(path, 0o755);
  const { dev: device, ino: inode } = statSync(path);
  return { path, device, inode, original: 0o4755, locked: 0o755 };
}

// Root's own files alone are changed.
describe.skipIf(!isRoot)("a mode that was taken", () => {
  test("is given back", () => {
    const change = makeLocked();
    expect(restoreModes([change], places(true))).toEqual([]);
    expect(statSync(change.path).mode & 0o7777).toBe(0o4755);
  });

  test("stays on record where the guard cannot look at the file", () => {
    const change = makeLocked();
    expect(restoreModes([change], places(false))).toEqual([change]);
  });

  test("is forgotten where the file, or its folder, has gone", () => {
    const change = makeLocked();
    rmSync(change.path);
    expect(restoreModes([change], places(false))).toEqual([]);
    rmSync(dirname(change.path), { recursive: true });
    expect(restoreModes([change], places(false))).toEqual([]);
  });
});
