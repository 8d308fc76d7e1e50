import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { requires } from "../../../support/requires.ts";

const { wasmLinker } = requires;
const folder = mkdtempSync(join(tmpdir(), "runner-guard-scanner-"));

afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(!wasmLinker.available)(
  `the module that is committed is what its source is compiled to${wasmLinker.note}`,
  () => {
    const compiled = join(folder, "event-scanner.wasm");
    const { status, stderr } = spawnSync(
      process.execPath,
      ["scripts/build-scanner.mjs", compiled],
      { encoding: "utf8" },
    );

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const committed = readFileSync("collector/ingest/scan/event-scanner.wasm");
    expect(readFileSync(compiled).equals(committed)).toBe(true);
  },
);
