import { globSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { COLLECTOR_TOKEN_VARIABLE } from "../../agent/commands/guarding/collector-token.ts";
import { FINGERPRINT_KEY_VARIABLE } from "../../agent/commands/guarding/fingerprint-key.ts";
import { COMMAND_OPTIONS, RUN_OPTIONS, toVariableName, WATCH_OPTIONS } from "../../agent/config.ts";
import { SERVE_FLAGS, SERVE_SECRETS } from "../../collector/config.ts";

/** What an example names for itself, and what a script of the checkout reads. */
const NOT_OURS = ["RUNNER_GUARD_SOURCE", "RUNNER_GUARD_COMMIT", "RUNNER_GUARD_IMAGE_CACHE"];
const VARIABLE = /\bRUNNER_GUARD_[A-Z_]*[A-Z]\b/g;

const known = new Set([
  ...Object.keys({ ...RUN_OPTIONS, ...COMMAND_OPTIONS, ...WATCH_OPTIONS }).map(toVariableName),
  ...Object.values(SERVE_FLAGS).map(({ variable }) => variable),
  COLLECTOR_TOKEN_VARIABLE,
  FINGERPRINT_KEY_VARIABLE,
  ...Object.values(SERVE_SECRETS).map(({ variable }) => variable),
  ...NOT_OURS,
]);
const files = ["README.md", ...globSync("{docs,deploy,examples}/**/*.*")];

test("the files that name variables are looked at", () => {
  expect(files).toEqual(
    expect.arrayContaining([
      "docs/getting-started/vm.md",
      "deploy/systemd/runner-guard.service",
      "docs/ci.md",
    ]),
  );
});

test("every variable that documents, units and manifests name is one that a program reads", () => {
  const unknown = files.flatMap((path) =>
    [...readFileSync(path, "utf8").matchAll(VARIABLE)]
      .map(([name]) => name)
      .filter((name) => !known.has(name))
      .map((name) => `${path}: ${name}`),
  );

  expect(unknown).toEqual([]);
});
