import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { requires } from "../../../support/requires.ts";

const { wasmLinker } = requires;
const folder = mkdtempSync(join(tmpdir(), "runner-guard-scanner-"));

afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!wasmLinker.available)(`the module that is committed${wasmLinker.note}`, () => {
  test("is what its source is compiled to", () => {
    const compiled = join(folder, "scanner.wasm");
    const { status, stderr } = spawnSync(
      process.execPath,
      ["scripts/build-scanner.mjs", compiled],
      {
        encoding: "utf8",
      },
    );

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readFileSync(compiled).equals(readFileSync("agent/redact/scanner/scanner.wasm"))).toBe(
      true,
    );
  });
});
