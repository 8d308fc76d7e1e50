import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

const SCRIPT = resolve(import.meta.dirname, "../../scripts/kubernetes-programs.mjs");

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "cache-"));
});
afterEach(() => {
  rmSync(cache, { recursive: true });
});

test("a machine without Debian's programs is told what is missing, and nothing is left there", () => {
  const { status, stdout, stderr } = bring({ PATH: cache });

  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("needs apt-get, dpkg-deb, tar, grep");
  expect(readdirSync(cache)).toEqual([]);
});

test("one who wants them only where they are built waits for no build", () => {
  const { status, stderr } = bring({ PATH: process.env["PATH"] ?? "" }, ["--if-built"]);

  expect([status, readdirSync(cache)]).toEqual([1, []]);
  expect(stderr).toContain("is not there yet");
});

test("what was built before is taken from where it is, without anything", () => {
  const folder = join(cache, `kubernetes-1.20.2-1-${process.arch}`);
  mkdirSync(folder);
  for (const name of ["etcd", "kube-apiserver"]) writeFileSync(join(folder, name), "");

  expect(bring({ PATH: cache })).toMatchObject({ status: 0, stdout: `${folder}\n`, stderr: "" });
});

function bring(environment: Readonly<Record<string, string>>, args: readonly string[] = []) {
  return spawnSync(process.execPath, [SCRIPT, ...args], {
    env: { ...environment, RUNNER_GUARD_KUBERNETES_CACHE: cache },
    encoding: "utf8",
  });
}
