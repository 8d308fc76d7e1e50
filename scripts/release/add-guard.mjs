import { relative } from "node:path";

import { createPhaseNames } from "../bundle/run-phases.mjs";
import {
  ARCHITECTURES,
  buildKernelObject,
  isKernelObjectStale,
  kernelObjectPath,
} from "../setup/kernel-object.mjs";
import { addCommand } from "./add-command.mjs";
import { AGENT } from "./commands.mjs";
import { findKoffiFiles } from "./koffi-files.mjs";
import { addCopy } from "./release-files.mjs";

/**
 * Adds the agent standing alone, for every processor that we support.
 *
 * @param {import("./release-files.mjs").ReleaseFiles} files
 * @param {{ readonly root: string, readonly note: (path: string) => void }} options As `addCommand` has them.
 */
export async function addGuard(files, { root, note }) {
  await addCommand(files, AGENT, { root, note, nameOf: createPhaseNames(root) });
  for (const architecture of ARCHITECTURES) {
    const object = await bringKernelObject(root, architecture);
    addCopy(files, relative(root, object), object);
  }
  for (const [to, from] of await findKoffiFiles(root, ARCHITECTURES)) {
    note(to);
    addCopy(files, to, from);
  }
}

/**
 * @param {string} root
 * @param {import("../setup/kernel-object.mjs").Architecture} architecture
 */
async function bringKernelObject(root, architecture) {
  if (isKernelObjectStale(root, architecture)) {
    const { ok, output } = await buildKernelObject(root, architecture);
    if (!ok) throw new Error(`the kernel sensor's program does not compile:\n${output}`);
  }
  return kernelObjectPath(root, architecture);
}
