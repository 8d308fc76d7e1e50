import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

const SOAK = join(import.meta.dirname, "../../bench/stream-soak.ts");

test("guards and collectors that are killed lose nothing that was acknowledged, and store nothing twice", () => {
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  const file = join(folder, "soak.json");
  const args = ["--kills", "2", "--seed", String(Date.now() % 100_000), "--json", file];
  const { status, stderr } = spawnSync(process.execPath, [SOAK, ...args], {
    encoding: "utf8",
    timeout: 120_000,
  });
  const [row] = status === 0 ? JSON.parse(readFileSync(file, "utf8")).measured : [];
  rmSync(folder, { recursive: true });

  expect(stderr).toBe("");
  expect(row).toMatchObject({
    runs: 1,
    "lost in between": 0,
    duplicates: 0,
    "out of order": 0,
    "gaps in numbers": 0,
    ended: 1,
    complete: "true",
  });
  expect(row.stored).toBeGreaterThan(500);
  expect(row["of them counted"]).toBeGreaterThan(0);
}, 130_000);
