/** A process says that it is a runner whose logs lie where it serves files itself, which never answer the guard. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";

const { fuse } = requires;
const LOOK = fileURLToPath(new URL("look-at-served-runner.ts", import.meta.url));
/** Of a look that takes some milliseconds. */
const TIMEOUT_MS = 30_000;

test.skipIf(!fuse.available)(
  `logs that a job serves itself keep nobody waiting${fuse.note}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "guard-served-"));
    mkdirSync(join(folder, "files"));
    try {
      // In a process of its own, that can be ended where it waits for ever.
      const { stdout, stderr, signal } = spawnSync(
        process.execPath,
        [LOOK, buildProgram("serve-files"), join(folder, "files")],
        { encoding: "utf8", timeout: TIMEOUT_MS, killSignal: "SIGKILL" },
      );

      expect({ signal, stderr }).toEqual({ signal: null, stderr: "" });
      expect(stdout).toContain(
        `${folder}/files/_diag may not be read, or is not served by this machine itself`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  TIMEOUT_MS * 2,
);
