import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { installRelease } from "../../../action/guard/install-release.ts";

const work = mkdtempSync(join(tmpdir(), "install-release-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let made = 0;

test("copies all files and the Node.js that is to run them, once, as only their owner can write them", async () => {
  const { release, node, parent } = make({ "bin/guard": "program", "agent/start.mjs": "code" });
  const place = await installRelease(release, node, parent);

  expect(readFileSync(join(place, "agent/start.mjs"), "utf8")).toBe("code");
  expect(readFileSync(join(place, ".node24/node"), "utf8")).toBe("node");
  expect(statSync(join(place, "bin/guard")).mode & 0o777).toBe(0o755);
  expect(statSync(join(place, "agent/start.mjs")).mode & 0o777).toBe(0o644);
  writeFileSync(join(release.folder, "agent/start.mjs"), "changed since");
  expect(await installRelease(release, node, parent)).toBe(place);
  expect(readFileSync(join(place, "agent/start.mjs"), "utf8")).toBe("code");
});

test("leaves nothing of a release with a file that is not what was released", async () => {
  const { release, node, parent } = make({ "agent/start.mjs": "code", "agent/other.mjs": "more" });
  writeFileSync(join(release.folder, "agent/other.mjs"), "evil");

  await expect(installRelease(release, node, parent)).rejects.toThrow("its checksum differs");
  expect(readdirSync(parent)).toEqual([]);
});

test("leaves nothing where the Node.js cannot be copied", async () => {
  const { release, node, parent } = make({ a: "a" });
  rmSync(node);
  mkdirSync(node);

  await expect(installRelease(release, node, parent)).rejects.toThrow("EISDIR");
  expect(readdirSync(parent)).toEqual([]);
});

test.each([
  ["no JSON", "no JSON"],
  ["no file", '{"version":1,"files":[]}'],
  ["a file without a checksum", '{"version":1,"files":[{"path":"a"}]}'],
  ["a path that leads out", '{"version":1,"files":[{"path":"../a","sha256":"0"}]}'],
  ["a path from the root", '{"version":1,"files":[{"path":"/etc/passwd","sha256":"0"}]}'],
])("refuses a manifest with %s", async (_, text) => {
  const { release, node, parent } = make({ a: "a" });
  writeFileSync(release.manifest, text);

  await expect(installRelease(release, node, parent)).rejects.toThrow("manifest.json is damaged");
  expect(existsSync(parent) ? readdirSync(parent) : []).toEqual([]);
});

test.each([
  ["others can write to", (path: string) => (mkdirSync(path), chmodSync(path, 0o777))],
  ["is a link", (path: string) => symlinkSync(tmpdir(), path)],
])("refuses a place that %s", async (_, prepare) => {
  const { release, node, parent } = make({ a: "a" });
  prepare(parent);

  await expect(installRelease(release, node, parent)).rejects.toThrow(
    "no directory that root alone",
  );
});

test("keeps the last three", async () => {
  const { release, node, parent } = make({ a: "a" });
  const places: string[] = [];
  for (const content of ["1", "22", "333", "4444"]) {
    writeFileSync(node, content);
    places.push(await installRelease(release, node, parent));
  }

  expect(readdirSync(parent)).toHaveLength(3);
  expect(existsSync(places.at(-1) ?? "")).toBe(true);
});

test("keeps the one that is to run where the clock was ahead when the others were made", async () => {
  const { release, node, parent } = make({ a: "a" });
  const tomorrow = new Date(Date.now() + 86_400_000);
  for (const content of ["1", "22", "333"]) {
    writeFileSync(node, content);
    utimesSync(await installRelease(release, node, parent), tomorrow, tomorrow);
  }
  writeFileSync(node, "4444");

  expect(existsSync(await installRelease(release, node, parent))).toBe(true);
  expect(readdirSync(parent)).toHaveLength(3);
});

function make(files: Readonly<Record<string, string>>) {
  made += 1;
  const own = join(work, String(made));
  const folder = join(own, "guard");
  const entries = Object.entries(files).map(([path, content]) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
    const sha256 = createHash("sha256").update(content).digest("hex");
    return {
      path,
      bytes: content.length,
      sha256,
      ...(path.startsWith("bin/") && { program: true }),
    };
  });
  const manifest = join(folder, "manifest.json");
  writeFileSync(manifest, JSON.stringify({ version: 1, files: entries }));
  const node = join(own, "node");
  writeFileSync(node, "node");
  return { release: { folder, manifest }, node, parent: join(own, "installed") };
}
