import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import { BASE } from "./make-base.mjs";

/** @typedef {import("./storage.mjs").Storage} Storage */

/**
 * @typedef {object} OpenedImage
 * @property {string} rootFolder Where its files are.
 * @property {string} jobFolder Where those of what it was built on are, with a shell: what a job's image may be.
 * @property {string} runnerFolder Where those of the runner's image are that has the guard in it.
 * @property {unknown} runnerConfig
 * @property {unknown} config
 * @property {number} compressedBytes What is fetched of it.
 */

/**
 * Has the images' files there while the work is done.
 *
 * @param {{ storage: Storage, image: string, runnerImage: string }} built
 * @param {(image: OpenedImage) => Promise<void>} work
 */
export async function withOpenImage({ storage, image, runnerImage }, work) {
  /** @type {string[]} */
  const containers = [];
  const mount = (/** @type {string} */ of) => {
    const container = storage.read(["from", "--pull=never", of]).trim();
    containers.push(container);
    return storage.read(["mount", container]).trim();
  };
  try {
    await work({
      rootFolder: mount(image),
      jobFolder: mount(BASE),
      runnerFolder: mount(runnerImage),
      config: readConfig(storage, image),
      runnerConfig: readConfig(storage, runnerImage),
      compressedBytes: measure(storage, image),
    });
  } finally {
    for (const container of containers) await storage.buildah(["rm", container]);
  }
}

/**
 * @param {Storage} storage
 * @param {string} image
 * @returns {unknown}
 */
function readConfig(storage, image) {
  return JSON.parse(storage.read(["inspect", "--type", "image", image])).Docker.config;
}

/**
 * As a registry would have it, its layers compressed by gzip.
 *
 * @param {Storage} storage
 * @param {string} image
 */
function measure(storage, image) {
  const folder = mkdtempSync(join(storage.home, "measured-"));
  try {
    storage.read(["push", "--quiet", image, `oci:${folder}`]);
    const blobs = join(folder, "blobs/sha256");
    return readdirSync(blobs).reduce((sum, name) => sum + statSync(join(blobs, name)).size, 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
