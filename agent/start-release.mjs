/**
 * What bin/runner-guard starts in a release, where it lies in the place of start.mjs: the bundle stands alone, without the
 * sources. All of it is in memory before the command runs.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { holdBundle } from "./bundle/hold-bundle.mjs";
import { prepareProcess } from "./bundle/prepare-process.mjs";

const BUNDLE = "agent/bundled";
const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

prepareProcess(root);
const files = readdirSync(`${root}/${BUNDLE}`).map((name) => `${BUNDLE}/${name}`);
holdBundle(root, files);
await import(new URL("bundled/main.mjs", import.meta.url).href);
