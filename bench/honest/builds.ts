/** Honest builds by real tools: nothing of what they do is to be flagged above low. */
import { BROWSER_BUILDS } from "./browser-builds.ts";
import { COMPILED_BUILDS } from "./compiled-builds.ts";
import { CONTAINER_BUILDS } from "./container-builds.ts";
import { GIT_BUILDS } from "./git-builds.ts";
import type { HonestBuild } from "./honest-build.ts";
import { JAVA_BUILDS } from "./java-builds.ts";
import { NODE_BUILDS } from "./node-builds.ts";
import { PYTHON_BUILDS } from "./python-builds.ts";
import { SCRIPT_LANGUAGE_BUILDS } from "./script-language-builds.ts";
import { SYSTEM_BUILDS } from "./system-builds.ts";

export const HONEST_BUILDS: readonly HonestBuild[] = [
  ...NODE_BUILDS,
  ...PYTHON_BUILDS,
  ...COMPILED_BUILDS,
  ...JAVA_BUILDS,
  ...SCRIPT_LANGUAGE_BUILDS,
  ...GIT_BUILDS,
  ...BROWSER_BUILDS,
  ...CONTAINER_BUILDS,
  ...SYSTEM_BUILDS,
];
