import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { whileLocked } from "../setup/lock.mjs";
import { bringImageTools } from "./bring-tools.mjs";
import { BASE, makeBase } from "./make-base.mjs";
import { findImageHome, openStorage, removeLeftOvers } from "./storage.mjs";

/** @typedef {import("../setup/announcer.mjs").Announcer} Announcer */
/** @typedef {import("./storage.mjs").Storage} Storage */

/** @typedef {{ storage: Storage, image: string, runnerImage: string }} BuiltImages */
/** @typedef {BuiltImages | { lacking: string } | { failure: string }} Built */

const IMAGE = "localhost/runner-guard";
/** Stages that change seldom: under names of their own, so that they stay when what nobody names is removed. */
const KEPT_STAGES = ["tools", "dependencies"];
const RUNNER_BASE = `${IMAGE}-runner-base`;
const RUNNER_IMAGE = `${IMAGE}-runner`;

/**
 * Builds the Dockerfile of this checkout, and the example of a runner's image that takes the guard from it.
 *
 * Nobody else builds, and removes what is left over, before the work with them is done.
 *
 * @param {string} root The checkout.
 * @param {Announcer} announcer
 * @param {(built: BuiltImages) => Promise<void>} work
 * @returns {Promise<Built>} `lacking`: what this machine does not give; `failure`: what is wrong with the checkout.
 */
export async function withBuiltImages(root, announcer, work) {
  const lacking = await bringImageTools(announcer);
  if (lacking !== "") return { lacking };
  const home = findImageHome();
  mkdirSync(home, { recursive: true });
  const onWait = () => announcer.say("waiting for another who builds and tries the image");
  return whileLocked(join(home, "lock"), { onWait }, async () => {
    const storage = await openStorage();
    if ("failure" in storage) return { lacking: storage.failure };
    const failure = await bringBase(root, storage, announcer);
    if (failure !== "") return { lacking: `the image's base cannot be made here:\n${failure}` };
    const built = await buildStages(root, storage, announcer);
    if ("image" in built) await work(built);
    return built;
  });
}

/**
 * @param {string} root
 * @param {Storage} storage
 * @param {Announcer} announcer
 */
async function bringBase(root, storage, announcer) {
  if ((await storage.buildah(["inspect", "--type", "image", BASE])).ok) return "";
  return announcer.during(`making what stands in for ${BASE}, once`, () => makeBase(root, storage));
}

/**
 * @param {string} root
 * @param {Storage} storage
 * @param {Announcer} announcer
 * @returns {Promise<Built>}
 */
async function buildStages(root, storage, announcer) {
  for (const stage of KEPT_STAGES) {
    const target = ["--target", stage, "--tag", `${IMAGE}-${stage}`];
    const { ok, output } = await announcer.during(`building the image's stage ${stage}`, () =>
      build(root, storage, target),
    );
    // All that they do is to fetch.
    if (!ok) return { lacking: `the image's stage ${stage} cannot be built:\n${output}` };
  }
  const failure = await buildImages(root, storage, announcer);
  await removeLeftOvers(storage);
  return failure === "" ? { storage, image: IMAGE, runnerImage: RUNNER_IMAGE } : { failure };
}

/**
 * @param {string} root
 * @param {Storage} storage
 * @param {Announcer} announcer
 * @returns {Promise<string>} What the first said that could not be built; empty: all are.
 */
async function buildImages(root, storage, announcer) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const images = [
    { name: IMAGE, folder: root, args: { VERSION: version } },
    { name: RUNNER_BASE, folder: join(root, "test/image/support/runner"), args: {} },
    {
      name: RUNNER_IMAGE,
      folder: join(root, "examples/runner-image"),
      args: { RUNNER: RUNNER_BASE, RUNNER_GUARD: IMAGE },
    },
  ];
  for (const { name, folder, args } of images) {
    const given = Object.entries(args).map(([key, value]) => `--build-arg=${key}=${value}`);
    const { ok, output } = await announcer.during(`building ${name}`, () =>
      build(folder, storage, ["--tag", name, ...given]),
    );
    if (!ok) return `${name}:\n${output}`;
  }
  return "";
}

/**
 * @param {string} folder With a Dockerfile.
 * @param {Storage} storage
 * @param {readonly string[]} args
 */
function build(folder, { buildah }, args) {
  return buildah([
    "build",
    "--isolation=chroot",
    "--format=docker",
    "--layers",
    "--pull=never",
    ...args,
    folder,
  ]);
}
