/**
 * `npm run test:image`: builds the Dockerfile on a base of Debian's own archive, and starts the agent and the collector from the image as a
 * cluster would. A commit of which all was tried and well is noted, for `npm run build:tag`. Where that cannot be had, this says so and is no failure, but for machines that promise to have everything.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { withBuiltImages } from "./image/build-image.mjs";
import { withOpenImage } from "./image/open-image.mjs";
import { findCleanCommit, noteTested } from "./image/tested-commit.mjs";
import { createAnnouncer } from "./setup/announcer.mjs";
import { checkoutFolder } from "./setup/checkout-folder.mjs";
import { runInFront } from "./setup/run-in-front.mjs";
import { setUp } from "./setup/set-up.mjs";

const root = checkoutFolder();
const announcer = createAnnouncer({ quiet: true });

const commit = findCleanCommit(root);
if (await setUp(root, { quiet: true })) {
  const built = await withBuiltImages(root, announcer, (images) =>
    withOpenImage(images, (opened) => runTests(images.storage.home, opened)),
  );
  if ("image" in built) {
    if (process.exitCode === 0) noteCommit();
  } else if ("failure" in built) fail(`the image cannot be built:\n${built.failure}`);
  else {
    announcer.warn(`no image was built and tried: ${built.lacking}`);
    if (process.env["RUNNER_GUARD_TEST_REQUIRE_ALL"] === "1") process.exitCode = 1;
  }
} else {
  process.exitCode = 1;
}

/** What was changed meanwhile, or was a part of the tests alone, says nothing of a commit. */
function noteCommit() {
  const wasAll = process.argv.length === 2;
  if (wasAll && commit !== undefined && commit === findCleanCommit(root)) noteTested(root, commit);
}

/** @param {string} why */
function fail(why) {
  announcer.warn(why);
  process.exitCode = 1;
}

/**
 * @param {string} home
 * @param {import("./image/open-image.mjs").OpenedImage} image
 */
function runTests(home, image) {
  const description = join(home, "image.json");
  writeFileSync(description, JSON.stringify(image));
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const config = ["--config", join(root, "vitest.image.config.ts")];
  return runInFront(
    [join(root, ".node24/node"), vitest, "run", ...config, ...process.argv.slice(2)],
    { env: { ...process.env, RUNNER_GUARD_IMAGE: description } },
  );
}
