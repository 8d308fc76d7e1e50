import { installWithApt } from "../setup/apt.mjs";
import { findCommand } from "../setup/find-command.mjs";

/** @typedef {import("../setup/announcer.mjs").Announcer} Announcer */

/** Debian's packages, by the programs that they bring. */
const TOOLS = { buildah: "buildah", crun: "crun", debootstrap: "debootstrap" };

/**
 * What builds an image, what starts containers of it, and what makes the base that it is built on.
 *
 * @param {Announcer} announcer
 * @returns {Promise<string>} What is lacking, and how to get it; empty: nothing.
 */
export async function bringImageTools(announcer) {
  const advice = () => {
    const missing = findMissing();
    return missing.length === 0 ? "" : `images take apt-get install ${missing.join(" ")}`;
  };
  if (process.geteuid?.() !== 0) return "images are built and started by root here";
  const missing = findMissing();
  if (missing.length === 0) return "";
  const { failure } = await announcer.during(`installing ${missing.join(", ")} with apt-get`, () =>
    installWithApt(missing),
  );
  return [advice(), failure].filter((text) => text !== "").join("\n");
}

function findMissing() {
  return Object.entries(TOOLS).flatMap(([command, name]) =>
    findCommand(command) === undefined ? [name] : [],
  );
}
