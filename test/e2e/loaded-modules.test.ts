import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { beforeAll, expect, test } from "vitest";

const checkout = resolve(import.meta.dirname, "../..");

let modules: readonly string[];

beforeAll(() => {
  modules = listModulesOf(["run", "--quiet", "--sensor", "proc", "--enforcement", "none"]);
});

test("a run without a policy loads neither schemas nor YAML, which take as long as all else together", () => {
  expect(modules).toContainEqual(expect.stringContaining("/agent/guard/create-guard.ts"));
  expect(modules.filter((url) => /\/node_modules\/(?:zod|yaml)\//.test(url))).toEqual([]);
});

test("of systeminformation a run loads what knows memory alone", () => {
  const ofLibrary = modules.filter((url) => url.includes("/node_modules/systeminformation/"));

  expect(ofLibrary.map((url) => url.split("/").at(-1))).toEqual(["memory.js", "util.js"]);
});

/** In the order in which they are loaded. */
function listModulesOf(args: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "loaded-modules-"));
  const list = join(folder, "list");
  const tracer = join(folder, "tracer.mjs");
  try {
    writeFileSync(
      tracer,
      `import { appendFileSync } from "node:fs";
      import { registerHooks } from "node:module";
      registerHooks({
        load(url, context, nextLoad) {
          appendFileSync(${JSON.stringify(list)}, url + "\\n");
          return nextLoad(url, context);
        },
      });`,
    );
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        `--import=${pathToFileURL(tracer).href}`,
        // Not start.mjs, which may load the bundle instead.
        join(checkout, "agent/main.ts"),
        ...args,
        "--",
        "true",
      ],
      { cwd: folder, encoding: "utf8" },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return readFileSync(list, "utf8").trimEnd().split("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
