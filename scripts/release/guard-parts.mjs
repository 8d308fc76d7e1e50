/** What the agent is made of where it stands alone: the bundle, and what its parts find by a path. */
import { AGENT_ENTRIES } from "../bundle/bundle-sources.mjs";

/** Where the bundle lies in a release; agent/start-release.mjs reads it there. */
export const BUNDLE_FOLDER = "agent/bundled";

/**
 * Programs of their own, that are started by the paths of their sources. At each of these lies a line that loads the bundle's.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const AGENT_PROGRAMS = { player: "agent/simulate/player.ts" };

export const GUARD_ENTRIES = { ...AGENT_ENTRIES, ...AGENT_PROGRAMS };

/**
 * Copied as they are, from where they lie below the checkout to where they lie below the release.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const GUARD_COPIES = {
  "bin/runner-guard": "bin/runner-guard",
  "agent/start-release.mjs": "agent/start.mjs",
  "agent/bundle/hold-bundle.mjs": "agent/bundle/hold-bundle.mjs",
  "agent/bundle/prepare-process.mjs": "agent/bundle/prepare-process.mjs",
  "agent/job/spawn-thread.mjs": "agent/job/spawn-thread.mjs",
  "agent/egress/nftables/hold-until-empty.mjs": "agent/egress/nftables/hold-until-empty.mjs",
};
