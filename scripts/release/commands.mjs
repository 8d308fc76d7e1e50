/** What the two commands are made of where they stand alone: bundles, and what their parts find by a path. */
import { AGENT_ENTRIES } from "../bundle/bundle-sources.mjs";

/**
 * @typedef {object} Command
 * @property {string} folder Where the bundle lies in a release.
 * @property {Readonly<Record<string, string>>} entries Paths of sources, by the names of their files in the bundle.
 * @property {readonly string[]} programs Of the entries those that are started by the paths of their sources: at each of these lies a line that loads the bundle's.
 * @property {Readonly<Record<string, string>>} copies Copied as they are, from where they lie below the checkout to where they lie below the release.
 */

/** @type {Command} */
export const AGENT = {
  // agent/start-release.mjs reads it there.
  folder: "agent/bundled",
  entries: { ...AGENT_ENTRIES, player: "agent/simulate/player.ts" },
  programs: ["player"],
  copies: {
    "bin/runner-guard": "bin/runner-guard",
    "agent/start-release.mjs": "agent/start.mjs",
    "agent/bundle/hold-bundle.mjs": "agent/bundle/hold-bundle.mjs",
    "agent/bundle/prepare-process.mjs": "agent/bundle/prepare-process.mjs",
    "agent/job/spawn-thread.mjs": "agent/job/spawn-thread.mjs",
    "agent/egress/nftables/hold-until-empty.mjs": "agent/egress/nftables/hold-until-empty.mjs",
  },
};

/** @type {Command} */
export const COLLECTOR = {
  folder: "collector/bundled",
  entries: {
    main: "collector/main.ts",
    "writer-thread": "collector/storage/sqlite/writer-thread.ts",
    "detection-thread": "collector/detection-thread.ts",
  },
  programs: ["main", "writer-thread", "detection-thread"],
  copies: { "bin/runner-guard-collector": "bin/runner-guard-collector" },
};
