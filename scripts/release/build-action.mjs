import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { bundleSources } from "../bundle/bundle-sources.mjs";
import { ARCHITECTURES, buildKernelObject, isKernelObjectStale } from "../setup/kernel-object.mjs";
import { buildGuard } from "./build-guard.mjs";
import { MANIFEST, toManifestText } from "./manifest.mjs";
import { writeFolder } from "./write-folder.mjs";

const PHASES = ["pre", "main", "post", "start"];

/**
 * What is checked in on a release tag: the three phases of the action, and the agent that they start.
 *
 * @param {string} root The checkout.
 * @param {string} output
 */
export async function buildAction(root, output) {
  for (const architecture of ARCHITECTURES) {
    if (!isKernelObjectStale(root, architecture)) continue;
    const { ok, output: said } = await buildKernelObject(root, architecture);
    if (!ok) throw new Error(`the kernel sensor's program does not compile:\n${said}`);
  }
  const guard = await buildGuard(root);
  guard.set(MANIFEST, { content: Buffer.from(toManifestText(guard)), isProgram: false });
  writeFolder(join(output, "guard"), guard);
  const phases = await bundlePhases(root);
  writeFolder(join(output, "action"), phases);
}

/** @param {string} root */
async function bundlePhases(root) {
  const entries = Object.fromEntries(
    PHASES.map((name) => [name, `action/${name}.ts`]).filter(([, path = ""]) =>
      existsSync(join(root, path)),
    ),
  );
  if (Object.keys(entries).length === 0) return new Map();
  const chunks = await bundleSources({
    root,
    entries,
    folder: join(root, "dist/action"),
    place: root,
    nameOf: undefined,
    hasMaps: false,
    read: (path) => readFileSync(join(root, path)),
  });
  return new Map(
    chunks.map(({ name, content }) => [name, { content: Buffer.from(content), isProgram: false }]),
  );
}
